using Plomba.Registry.Api;

namespace Plomba.Registry.Signatures;

/// <summary>
/// <c>/sigstore/NAME@ALG=HEX/signature-N</c>: the lookaside view, read-only. Past the last one, and for everything else that is not
/// there, 404: that is how clients find the end of the list.
/// </summary>
internal static class LookasideEndpoint
{
    /// <summary>GET and HEAD.</summary>
    public static async ValueTask<ApiError?> ReadAsync(Call call)
    {
        if (call.Site.NamespaceOf(call.Repository) is { LookasideIsPublic: false })
            return ApiError.NoSuchEndpoint;
        var signatures = await call.Registry.Signatures.ReadAsync(call.Site, call.Repository, call.Route.Digest, call.Aborted);
        if (call.Route.Number > signatures.Count)
            return ApiError.NoSuchEndpoint;
        await call.WriteAsync("application/octet-stream", signatures[call.Route.Number - 1].Content);
        return null;
    }
}
