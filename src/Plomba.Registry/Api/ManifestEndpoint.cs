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

    /// <summary>GET and HEAD.</summary>
    public static ValueTask<ApiError?> ReadAsync(Call call)
    {
        if (Find(call) is not { } record)
            return ValueTask.FromResult<ApiError?>(ApiError.ManifestUnknown.About(Reference(call)));
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
        var headers = call.Http.Response.Headers;
        var etag = $"\"{record.Digest}\"";
        headers["Docker-Content-Digest"] = record.Digest.Text;
        headers.ETag = etag;
        if (call.Http.Request.Headers.IfNoneMatch is [{ } known] && known == etag)
        {
            call.Http.Response.StatusCode = StatusCodes.Status304NotModified;
            return null;
        }

        await call.WriteAsync(record.MediaType, bytes);
        return null;
    }
}
