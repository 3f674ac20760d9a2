using System.Net;
using System.Text;
using System.Text.Json;
using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Tests.Verbs.Skopeo;

/// <summary>What skopeo's own verbs did in the recorded runs, ours do.</summary>
public sealed class RecordedVerbsTests(ITestOutputHelper output)
{
    private static readonly string[] Verbs = ["standalone-verify", "manifest-digest", "list-tags"];

    [Fact]
    public void The_recorded_runs_of_these_verbs_end_the_same_way() => Vectors.Check("e2e/skopeo.jsonl", Judge, output, v => Verbs.Contains(v.GetProperty("command")[0].GetString(), StringComparer.Ordinal));

    private static Outcome Judge(JsonElement vector)
    {
        var arguments = vector.GetProperty("command").EnumerateArray().Select(a => a.GetString()!).ToArray();
        using var directory = new TemporaryDirectory();
        if (vector.TryGetProperty("files", out var files))
        {
            foreach (var file in files.EnumerateObject())
                File.WriteAllBytes(directory.Combine(file.Name), file.Value.GetBytesFromBase64());
        }

        var host = $"127.0.0.1:{RunningProgram.FreePort()}";
        using var server = new HttpListener { Prefixes = { $"http://{host}/" } };
        server.Start();
        _ = ServeAsync(server, vector.GetProperty("server"));
        string Filled(string text) => text.Replace("$WORK", directory.Path, StringComparison.Ordinal).Replace("$HOST", host, StringComparison.Ordinal);
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["HOME"] = directory.Path, ["GNUPGHOME"] = directory.Path };
        var result = ChildProcess.RunAsync(PlombaProgram.Path, [.. arguments.Select(Filled)], environment: environment).GetAwaiter().GetResult();
        var expected = vector.GetProperty("expect");
        if (result.ExitCode == expected.GetProperty("exit").GetInt32() && result.Text == Filled(expected.GetProperty("stdout").GetString()!))
            return Outcome.Pass;
        return vector.TryGetProperty("schema1", out var old) && old.GetBoolean() && result.Errors.Contains("schema", StringComparison.OrdinalIgnoreCase)
            ? Outcome.Except
            : Outcome.Fail($"exit {result.ExitCode}: {result.Text}{result.Errors}");
    }

    private static async Task ServeAsync(HttpListener listener, JsonElement server)
    {
        while (listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            var path = context.Request.Url!.AbsolutePath;
            var (status, body) = Answer(path, server);
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            context.Response.Close(body, willBlock: true);
        }
    }

    private static (int Status, byte[] Body) Answer(string path, JsonElement server)
    {
        if (path == "/v2/")
            return (200, "{}"u8.ToArray());
        if (server.GetProperty("raw").TryGetProperty(path, out var raw))
            return (raw.GetProperty("status").GetInt32(), raw.GetProperty("bodyB64").GetBytesFromBase64());
        var tags = server.GetProperty("manifests").EnumerateObject()
            .Select(m => m.Name.Split(':', 2))
            .Where(m => $"/v2/{m[0]}/tags/list" == path && !m[1].Contains(':', StringComparison.Ordinal))
            .Select(m => $"\"{m[1]}\"").ToList();
        return tags.Count > 0
            ? (200, Encoding.UTF8.GetBytes($"{{\"tags\":[{string.Join(',', tags)}]}}"))
            : (404, """{"errors":[{"code":"NAME_UNKNOWN","message":"repository name not known to registry"}]}"""u8.ToArray());
    }
}
