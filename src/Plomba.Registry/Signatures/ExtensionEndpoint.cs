using Microsoft.AspNetCore.Http;
using Plomba.Registry.Api;
using Plomba.Registry.Catalog;

namespace Plomba.Registry.Signatures;

/// <summary>
/// <c>/extensions/v2/NAME/signatures/DIGEST</c>, the signature API that podman and skopeo speak when <c>/v2/</c> says so (TRUST.md §6.1).
/// </summary>
internal static class ExtensionEndpoint
{
    // 64 KiB in base64 and the JSON around it.
    private const int MaximumBody = 128 * 1024;

    /// <summary>GET: all signatures; none is an empty list, because clients take anything else for a failure.</summary>
    public static async ValueTask<ApiError?> GetAsync(Call call)
    {
        var signatures = await call.Registry.Signatures.ReadAsync(call.Site, call.Repository, call.Route.Digest, call.Aborted);
        await call.WriteAsync("application/json", Write(call, signatures));
        return null;
    }

    /// <summary>PUT: adds one signature of a manifest that is here; the same bytes again change nothing.</summary>
    public static async ValueTask<ApiError?> PutAsync(Call call)
    {
        if (await RequestBody.ReadAsync(call.Http, MaximumBody) is not { } body)
            return ApiError.SignatureTooLarge;
        if (ExtensionDocument.Read(body, call.Route.Digest, out var content) is { } malformed)
            return ApiError.SignatureInvalid.Because(malformed);
        if (content.Length > AddSignature.MaximumSize)
            return ApiError.SignatureTooLarge;
        if (SignatureAdmission.Refuse(content, call.Route.Digest) is { } refused)
            return ApiError.SignatureInvalid.Because(refused);
        if (call.Catalog.FindManifest(call.Repository, call.Route.Digest) is null)
            return ApiError.ManifestUnknown.About(call.Route.Digest.Text);
        var result = await call.Catalog.AddSignatureAsync(
            new AddSignature
            {
                Repository = call.Repository,
                Manifest = call.Route.Digest,
                Content = content,
                Actor = call.Actor,
                Origin = SignatureOrigin.Extension,
            },
            call.Aborted);
        switch (result)
        {
            case AddSignatureResult.TooMany:
                return ApiError.TooManySignatures.About(call.Route.Digest.Text);
            case AddSignatureResult.TooManyOfAccount:
                return ApiError.TooManySignaturesOfAccount.About(call.Route.Digest.Text);
            default:
                call.Answer(StatusCodes.Status201Created);
                return null;
        }
    }

    private static ReadOnlyMemory<byte> Write(Call call, IReadOnlyList<StoredSignature> signatures) => JsonBody.Write(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("signatures");
        foreach (var signature in signatures)
        {
            json.WriteStartObject();
            json.WriteNumber("schemaVersion", 2);
            json.WriteString("name", $"{call.Route.Digest}@{ExtensionDocument.IdOf(signature.Content.Span)}");
            json.WriteString("type", "atomic");
            json.WriteBase64String("content", signature.Content.Span);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });
}
