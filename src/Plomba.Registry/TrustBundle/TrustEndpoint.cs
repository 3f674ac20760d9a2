using Plomba.Registry.Api;

namespace Plomba.Registry.TrustBundle;

/// <summary>
/// <c>/trust/FILE</c>: the site's trust bundle, as the administrators signed it and put it there. It proves itself to those
/// who fetch it; the server can withhold it and nothing more.
/// </summary>
internal static class TrustEndpoint
{
    private const int LongestFile = 5_000_000;

    /// <summary>GET and HEAD.</summary>
    public static async ValueTask<ApiError?> ReadAsync(Call call)
    {
        var path = call.Route.File!;
        // Of what may change, or may come to be, nobody in between keeps a copy.
        call.Http.Response.Headers.CacheControl = "no-cache";
        if (await ReadAsync(Path.Combine(call.Registry.TrustDirectory, path), call.Aborted) is not { } content)
            return ApiError.NoSuchEndpoint;
        if (TrustPaths.IsImmutable(path))
            call.Http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        await call.WriteAsync(path.EndsWith(".json", StringComparison.Ordinal) ? "application/json" : "application/octet-stream", content);
        return null;
    }

    private static async ValueTask<byte[]?> ReadAsync(string path, CancellationToken cancellation)
    {
        try
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.Asynchronous);
            if (!file.CanSeek || file.Length > LongestFile)
                return null;
            var content = new byte[file.Length];
            await file.ReadExactlyAsync(content, cancellation);
            return content;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException or EndOfStreamException)
        {
            return null;
        }
    }
}
