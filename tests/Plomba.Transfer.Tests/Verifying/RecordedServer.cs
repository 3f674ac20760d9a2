using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Plomba.Transfer.Tests.Verifying;

/// <summary>Answers as the recorded server of an end-to-end case: manifests, blobs, fixed replies, signature lists; else 404.</summary>
internal static class RecordedServer
{
    /// <summary>Starts it; requests are noted without their query.</summary>
    public static Task<ScriptedServer> StartAsync(JsonElement server) => ScriptedServer.StartAsync(
        context => AnswerAsync(context, server),
        response =>
        {
            foreach (var header in server.GetProperty("headers").EnumerateObject())
                response.Headers[header.Name] = header.Value.GetString();
        });

    private static Task AnswerAsync(HttpContext context, JsonElement server)
    {
        var path = context.Request.Path.Value!;
        if (server.GetProperty("raw").TryGetProperty(path, out var raw))
            return RawAsync(context.Response, raw);
        if (Cut(path, "/v2/", "/manifests/") is var (repository, reference)
            && server.GetProperty("manifests").TryGetProperty($"{repository}:{reference}", out var manifest))
        {
            context.Response.ContentType = manifest.GetProperty("mediaType").GetString();
            return context.Response.Body.WriteAsync(manifest.GetProperty("manifestB64").GetBytesFromBase64()).AsTask();
        }

        if (Cut(path, "/extensions/v2/", "/signatures/") is var (name, digest)
            && server.GetProperty("extension").TryGetProperty($"{name}@{digest}", out var list))
        {
            return context.Response.WriteAsync(list.GetRawText());
        }

        if (Cut(path, "/v2/", "/blobs/") is var (_, wanted))
        {
            if (server.GetProperty("blobs").TryGetProperty(wanted, out var blob))
                return context.Response.Body.WriteAsync(blob.GetBytesFromBase64()).AsTask();
            context.Response.StatusCode = 404;
            return context.Response.WriteAsync("""{"errors":[{"code":"BLOB_UNKNOWN","message":"blob unknown"}]}""");
        }

        context.Response.StatusCode = 404;
        return context.Response.WriteAsync("""{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}""");
    }

    private static Task RawAsync(HttpResponse response, JsonElement raw)
    {
        response.StatusCode = raw.GetProperty("status").GetInt32();
        response.ContentType = raw.GetProperty("contentType").GetString();
        var body = raw.GetProperty("bodyB64");
        // A body too large to record is of this length and otherwise without meaning.
        return response.Body.WriteAsync(body.ValueKind == JsonValueKind.Null ? Filling(raw.GetProperty("bodySize").GetInt32()) : body.GetBytesFromBase64()).AsTask();
    }

    private static byte[] Filling(int size)
    {
        var body = new byte[size];
        body.AsSpan().Fill(0xA0);
        return body;
    }

    private static (string Before, string After)? Cut(string path, string start, string middle)
    {
        var at = path.LastIndexOf(middle, StringComparison.Ordinal);
        return path.StartsWith(start, StringComparison.Ordinal) && at > 0 ? (path[start.Length..at], path[(at + middle.Length)..]) : null;
    }
}
