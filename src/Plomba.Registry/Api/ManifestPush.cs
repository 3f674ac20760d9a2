using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Plomba.Images;
using Plomba.Images.Manifests;
using Plomba.Registry.Catalog;

namespace Plomba.Registry.Api;

/// <summary>
/// <c>PUT /v2/NAME/manifests/REFERENCE</c>, by tag or digest, more tags through <c>?tag=</c>. The bytes are kept as they came. A document that could be
/// read as two things is refused, and so is one that refers to what this repository does not have.
/// </summary>
internal static class ManifestPush
{
    private const int MaximumTags = 64;

    /// <summary>PUT.</summary>
    public static async ValueTask<ApiError?> PutAsync(Call call)
    {
        if (await RequestBody.ReadAsync(call.Http, ManifestEndpoint.MaximumSize) is not { } content)
            return ApiError.ManifestTooLarge;
        var digest = call.Route.Kind == RouteKind.ManifestByDigest ? call.Route.Digest : Digest.Sha256(content.Span);
        if (digest.Of(content.Span) != digest)
            return ApiError.ManifestDigestMismatch.About(digest.Text);
        if (Tags(call, out var tags) is { } tagError)
            return tagError;
        if (ContentType(call.Http.Request, out var mediaType) is { } typeError)
            return typeError;
        if (!TryReadCondition(call, out var condition))
            return ApiError.ConditionInvalid;
        if (!ManifestDocument.TryParse(content, mediaType, out var document, out var mistake))
            return mistake.Problem == ManifestProblem.Schema1 ? ApiError.Schema1 : ApiError.ManifestInvalid.Because(mistake.Message);
        var references = ManifestReferences.Of(document);
        if (await MissingAsync(call, references) is { } missing)
            return ApiError.ManifestBlobUnknown.About(missing.Text);
        // The digest was checked above, so the store takes the bytes.
        await call.Blobs.PutAsync(digest, content, call.Aborted);
        var result = await call.Catalog.PutManifestAsync(Record(call, digest, tags, document, references) with { Condition = condition }, call.Aborted);
        switch (result)
        {
            case PutManifestResult.MissingBlob blob:
                return ApiError.ManifestBlobUnknown.About(blob.Digest.Text);
            case PutManifestResult.MissingManifest child:
                return ApiError.ManifestBlobUnknown.About(child.Digest.Text);
            case PutManifestResult.Moved moved:
                return ApiError.TagMoved.About(moved.Tag.Text);
            default:
                Answer(call, digest, tags, document);
                return null;
        }
    }

    private static ApiError? Tags(Call call, out List<Tag> tags)
    {
        tags = call.Route.Kind == RouteKind.ManifestByTag ? [call.Route.Tag] : [];
        foreach (var text in call.Http.Request.Query["tag"])
        {
            if (!Tag.TryParse(text, out var tag))
                return ApiError.TagInvalid.About(text);
            if (!tags.Contains(tag))
                tags.Add(tag);
        }

        return tags.Count > MaximumTags ? ApiError.TooManyTags : null;
    }

    // "If-Match: the ETag of what the tag names", "If-None-Match: *" for a tag that is not there; without either the tag moves.
    private static bool TryReadCondition(Call call, out TagCondition? condition)
    {
        var headers = call.Http.Request.Headers;
        condition = null;
        if (headers.IfMatch.Count == 0 && headers.IfNoneMatch.Count == 0)
            return true;
        if (call.Route.Kind != RouteKind.ManifestByTag)
            return false;
        condition = (headers.IfMatch.ToArray(), headers.IfNoneMatch.ToArray()) switch
        {
            ([], ["*"]) => new TagCondition(null),
            ([['"', .., '"'] etag], []) when Digest.TryParse(etag[1..^1], out var expected) => new TagCondition(expected),
            _ => null,
        };
        return condition is not null;
    }

    // Null: the client did not say, or said only that it is JSON; then the document itself must.
    private static ApiError? ContentType(HttpRequest request, out string? mediaType)
    {
        mediaType = null;
        if (string.IsNullOrEmpty(request.ContentType))
            return null;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var parsed))
            return ApiError.ManifestInvalid.Because("Content-Type is no media type");
        if (parsed.MediaType != "application/json")
            mediaType = parsed.MediaType.Value;
        return null;
    }

    // What is linked must also be whole on disk: a damaged layer is found at the push and not at the pull.
    private static async ValueTask<Digest?> MissingAsync(Call call, ManifestReferences references)
    {
        foreach (var blob in references.Blobs)
        {
            if (!call.Catalog.LinksBlob(call.Repository, blob) || await call.Blobs.StatAsync(blob, call.Aborted) is null)
                return blob;
        }

        foreach (var child in references.Manifests)
        {
            if (call.Catalog.FindManifest(call.Repository, child) is null || await call.Blobs.StatAsync(child, call.Aborted) is null)
                return child;
        }

        return null;
    }

    private static PutManifest Record(
        Call call, Digest digest, List<Tag> tags, ManifestDocument document, ManifestReferences references) => new()
    {
        Repository = call.Repository,
        Digest = digest,
        MediaType = document.MediaType,
        Size = document.Content.Length,
        Actor = call.Actor,
        Tags = tags,
        Subject = document.Subject?.Digest,
        ArtifactType = document.EffectiveArtifactType,
        Annotations = document.Annotations,
        ReferencedBlobs = references.Blobs,
        ReferencedManifests = references.Manifests,
    };

    private static void Answer(Call call, Digest digest, List<Tag> tags, ManifestDocument document)
    {
        var headers = call.Http.Response.Headers;
        headers.Location = $"/v2/{call.Repository}/manifests/{digest}";
        headers["Docker-Content-Digest"] = digest.Text;
        headers.ETag = $"\"{digest}\"";
        if (document.Subject is { } subject)
            headers["OCI-Subject"] = subject.Digest.Text;
        if (call.Http.Request.Query.ContainsKey("tag"))
            headers["OCI-Tag"] = tags.Select(tag => tag.Text).ToArray();
        call.Answer(StatusCodes.Status201Created);
    }
}
