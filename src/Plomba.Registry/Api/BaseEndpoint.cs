using System.Text;
using Microsoft.AspNetCore.Http;

namespace Plomba.Registry.Api;

/// <summary><c>/v2/</c>, <c>/healthz</c> and <c>/readyz</c>: what clients ask first.</summary>
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

    /// <summary>
    /// GET and HEAD of <c>/readyz</c>: 200 while everything works, 503 while writes are refused. Tells which site is in force,
    /// so that servers that go by different ones are seen; why writes are refused stands in the log, not here.
    /// </summary>
    public static async ValueTask<ApiError?> ReadinessAsync(Call call)
    {
        var isReady = call.Registry.Catalog.WritesRefused is null;
        call.Http.Response.StatusCode = isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        await call.WriteAsync("application/json", JsonBody.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("status", isReady ? "ready" : "not ready");
            json.WriteString("catalog", isReady ? "ok" : "writes refused");
            json.WriteString("site", call.Site.Revision);
            json.WriteEndObject();
        }));
        return null;
    }
}
