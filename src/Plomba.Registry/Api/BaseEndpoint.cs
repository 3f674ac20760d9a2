using System.Text;

namespace Plomba.Registry.Api;

/// <summary><c>/v2/</c> and <c>/healthz</c>: what clients ask first.</summary>
internal static class BaseEndpoint
{
    private static readonly byte[] EmptyObject = "{}"u8.ToArray();
    private static readonly byte[] Alive = Encoding.ASCII.GetBytes("{\"status\":\"ok\"}\n");

    /// <summary>GET and HEAD of <c>/v2/</c>: this is a registry, and the caller is who it says.</summary>
    public static async ValueTask<ApiError?> PingAsync(Call call)
    {
        await call.WriteAsync("application/json", EmptyObject);
        return null;
    }

    /// <summary>GET and HEAD of <c>/healthz</c>: the process answers.</summary>
    public static async ValueTask<ApiError?> HealthAsync(Call call)
    {
        await call.WriteAsync("application/json", Alive);
        return null;
    }
}
