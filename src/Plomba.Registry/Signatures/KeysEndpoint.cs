using System.Text;
using System.Text.Json;
using Plomba.Registry.Api;

namespace Plomba.Registry.Signatures;

/// <summary><c>/keys/</c>: which public keys count, with their fingerprints; <c>/keys/FILE</c>: a key itself.</summary>
internal static class KeysEndpoint
{
    /// <summary>GET and HEAD of the list: JSON, or HTML for who asks for it (a browser's Accept, or <c>?format=html</c>).</summary>
    public static async ValueTask<ApiError?> ListAsync(Call call)
    {
        var keys = call.Registry.Keys.Read(call.Site);
        if (!WantsPage(call))
        {
            await call.WriteAsync("application/json", WriteJson(keys));
            return null;
        }

        call.Http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'";
        await call.WriteAsync("text/html; charset=utf-8", Encoding.UTF8.GetBytes(KeysPage.Write(keys)));
        return null;
    }

    /// <summary>GET and HEAD of one key file.</summary>
    public static async ValueTask<ApiError?> FileAsync(Call call)
    {
        if (call.Registry.Keys.Read(call.Site).FirstOrDefault(key => key.FileName == call.Route.File) is not { } found)
            return ApiError.KeyUnknown.About(call.Route.File);
        await call.WriteAsync("application/pgp-keys", found.Bytes);
        return null;
    }

    private static bool WantsPage(Call call) => call.Query("format") switch
    {
        "html" => true,
        "json" => false,
        _ => call.Http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase),
    };

    private static ReadOnlyMemory<byte> WriteJson(IReadOnlyList<ServedKey> keys) => JsonBody.Write(json =>
    {
        json.WriteStartArray();
        foreach (var key in keys)
            WriteKey(json, key);
        json.WriteEndArray();
    });

    private static void WriteKey(Utf8JsonWriter json, ServedKey key)
    {
        json.WriteStartObject();
        json.WriteString("name", key.Name);
        json.WriteString("file", key.FileName);
        json.WriteString("fingerprint", key.Info.Fingerprint.Text);
        json.WriteStartArray("userIds");
        foreach (var id in key.Info.UserIds)
            json.WriteStringValue(id);
        json.WriteEndArray();
        json.WriteString("created", key.Info.Created.UtcDateTime);
        if (key.Info.Expires is { } expires)
            json.WriteString("expires", expires.UtcDateTime);
        else
            json.WriteNull("expires");
        json.WriteBoolean("revoked", key.Info.IsRevoked);
        json.WriteEndObject();
    }
}
