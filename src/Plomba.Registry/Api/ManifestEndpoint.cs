using Microsoft.AspNetCore.Http;
using Plomba.Registry.Catalog;

namespace Plomba.Registry.Api;

/// <summary>
/// Reading and deleting at <c>/v2/NAME/manifests/REFERENCE</c>. A manifest is served with the type it was stored with, whatever Accept says:
/// a conversion would change its digest, and one document never means two things.
/// </summary>
internal static class ManifestEndpoint
{
    /// <summary>Largest manifest taken or served, in bytes (OCI distribution spec, "Pushing Manifests"; clients read no more).</summary>
    public const int MaximumSize = 4 * 1024 * 1024;

    // Few manifests are larger, and none of those may cost its size in memory for every client that reads it slowly.
    private const int LargestInMemory = 64 * 1024;

    /// <summary>GET and HEAD.</summary>
    public static ValueTask<ApiError?> ReadAsync(Call call)
    {
        if (Find(call) is not { } record)
            return ValueTask.FromResult<ApiError?>(ApiError.ManifestUnknown.About(Reference(call)));
        if (record.Size > LargestInMemory)
            return StreamAsync(call, record);
        var reading = call.Blobs.ReadAsync(record.Digest, MaximumSize, call.Aborted);
        return reading.IsCompletedSuccessfully ? SendAsync(call, record, reading.Result) : AwaitAsync(call, record, reading);

        static async ValueTask<ApiError?> AwaitAsync(Call call, ManifestRecord record, ValueTask<ReadOnlyMemory<byte>?> reading) =>
            await SendAsync(call, record, await reading);
    }

    /// <summary>DELETE: by tag removes the tag alone; by digest the manifest and every tag that names it.</summary>
    public static async ValueTask<ApiError?> DeleteAsync(Call call)
    {
        var deleted = call.Route.Kind == RouteKind.ManifestByTag
            ? await call.Catalog.DeleteTagAsync(call.Repository, call.Route.Tag, call.Actor, call.Aborted)
            : await call.Catalog.DeleteManifestAsync(call.Repository, call.Route.Digest, call.Actor, call.Aborted);
        if (!deleted)
            return ApiError.ManifestUnknown.About(Reference(call));
        call.Answer(StatusCodes.Status202Accepted);
        return null;
    }

    private static ManifestRecord? Find(Call call) => call.Route.Kind == RouteKind.ManifestByTag
        ? call.Catalog.FindManifest(call.Repository, call.Route.Tag)
        : call.Catalog.FindManifest(call.Repository, call.Route.Digest);

    private static string Reference(Call call) =>
        call.Route.Kind == RouteKind.ManifestByTag ? call.Route.Tag.Text : call.Route.Digest.Text;

    private static async ValueTask<ApiError?> SendAsync(Call call, ManifestRecord record, ReadOnlyMemory<byte>? content)
    {
        if (content is not { } bytes)
            return ApiError.ManifestDamaged.About(record.Digest.Text);
        if (IsKnown(call, record))
            return null;
        await call.WriteAsync(record.MediaType, bytes);
        return null;
    }

    private static async ValueTask<ApiError?> StreamAsync(Call call, ManifestRecord record)
    {
        await using var content = await call.Blobs.OpenAsync(record.Digest, call.Aborted);
        if (content is null || content.Length != record.Size)
            return ApiError.ManifestDamaged.About(record.Digest.Text);
        if (IsKnown(call, record))
            return null;
        call.Http.Response.ContentType = record.MediaType;
        call.Http.Response.ContentLength = content.Length;
        if (!call.IsHead)
            await content.CopyToAsync(call.Http.Response.BodyWriter, 0, content.Length, call.Aborted);
        return null;
    }

    // Says what is served; true: the client has it already, and 304 is the answer.
    private static bool IsKnown(Call call, ManifestRecord record)
    {
        var headers = call.Http.Response.Headers;
        var etag = $"\"{record.Digest}\"";
        headers["Docker-Content-Digest"] = record.Digest.Text;
        headers.ETag = etag;
        if (call.Http.Request.Headers.IfNoneMatch is not [{ } known] || known != etag)
            return false;
        call.Http.Response.StatusCode = StatusCodes.Status304NotModified;
        return true;
    }
}
