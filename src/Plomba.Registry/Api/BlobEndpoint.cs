using System.Globalization;
using Microsoft.AspNetCore.Http;
using Plomba.Registry.Blobs;
using Plomba.Registry.Catalog;

namespace Plomba.Registry.Api;

/// <summary><c>/v2/NAME/blobs/DIGEST</c>: a blob is readable through a repository that links it, and through no other.</summary>
internal static class BlobEndpoint
{
    /// <summary>GET and HEAD, with Range (RFC 9110 §14) for GET.</summary>
    public static async ValueTask<ApiError?> ReadAsync(Call call)
    {
        var digest = call.Route.Digest;
        if (!call.Catalog.LinksBlob(call.Repository, digest))
            return ApiError.BlobUnknown.About(digest.Text);
        Describe(call.Http.Response, digest.Text);
        if (call.IsHead)
            return await HeadAsync(call);
        await using var blob = await call.Blobs.OpenAsync(digest, call.Aborted);
        if (blob is null)
            return Absent(call);
        var range = ByteRange.Of(call.Http.Request, digest.Text, blob.Length);
        if (range.IsUnsatisfiable)
        {
            Forget(call.Http.Response);
            call.Http.Response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{blob.Length}");
            return ApiError.RangeNotSatisfiable.About(digest.Text);
        }

        await SendAsync(call.Http, blob, range);
        return null;
    }

    /// <summary>DELETE: takes the blob out of this repository.</summary>
    public static async ValueTask<ApiError?> DeleteAsync(Call call)
    {
        switch (await call.Catalog.UnlinkBlobAsync(call.Repository, call.Route.Digest, call.Actor, call.Aborted))
        {
            case UnlinkResult.NotThere:
                return ApiError.BlobUnknown.About(call.Route.Digest.Text);
            case UnlinkResult.InUse:
                return ApiError.BlobInUse.About(call.Route.Digest.Text);
            default:
                call.Answer(StatusCodes.Status202Accepted);
                return null;
        }
    }

    private static async ValueTask<ApiError?> HeadAsync(Call call)
    {
        if (await call.Blobs.StatAsync(call.Route.Digest, call.Aborted) is not { } stat)
            return Absent(call);
        call.Http.Response.ContentLength = stat.Size;
        return null;
    }

    private static async ValueTask SendAsync(HttpContext http, BlobReader blob, ByteRange range)
    {
        http.Response.ContentLength = range.Count;
        if (range.IsPartial)
        {
            http.Response.StatusCode = StatusCodes.Status206PartialContent;
            http.Response.Headers.ContentRange =
                string.Create(CultureInfo.InvariantCulture, $"bytes {range.Offset}-{range.Offset + range.Count - 1}/{blob.Length}");
        }

        await blob.CopyToAsync(http.Response.BodyWriter, range.Offset, range.Count, http.RequestAborted);
    }

    private static void Describe(HttpResponse response, string digest)
    {
        response.ContentType = "application/octet-stream";
        response.Headers["Docker-Content-Digest"] = digest;
        response.Headers.ETag = $"\"{digest}\"";
        response.Headers.AcceptRanges = "bytes";
    }

    private static ApiError Absent(Call call)
    {
        Forget(call.Http.Response);
        return ApiError.BlobUnknown.About(call.Route.Digest.Text);
    }

    private static void Forget(HttpResponse response)
    {
        response.Headers.Remove("Docker-Content-Digest");
        response.Headers.Remove("ETag");
    }
}
