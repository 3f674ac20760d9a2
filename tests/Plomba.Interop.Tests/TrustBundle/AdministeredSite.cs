using System.Text.Json;
using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Interop.Tests.TrustBundle;

/// <summary>A site with administrators who publish its trust bundle, and the server that hands it out.</summary>
internal sealed class AdministeredSite : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new(prefix: "administered");
    private RunningProgram? _server;

    private AdministeredSite()
    {
        Port = RunningProgram.FreePort();
    }

    public int Port { get; }

    public string Url => $"http://127.0.0.1:{Port}/trust";

    public string SiteFile => _directory.Combine("site.toml");

    public string TrustDirectory => _directory.Combine("data", "trust");

    public static async Task<AdministeredSite> CreateAsync(int threshold, params string[] administrators)
    {
        var site = new AdministeredSite();
        var lines = new List<string>();
        foreach (var name in administrators)
            lines.Add(await site.NewKeyAsync(name));
        Directory.CreateDirectory(site._directory.Combine("keys"));
        await File.WriteAllTextAsync(site.SiteFile, $"""
            format = 1
            [site]
            name = "administered"
            [registry]
            name = "127.0.0.1:{site.Port}"
            listen = ["127.0.0.1:{site.Port}"]
            data = "{site._directory.Combine("data")}"
            [keys]
            directory = "{site._directory.Combine("keys")}"
            [trust]
            threshold = {threshold}
            administrators = [{string.Join(", ", lines.Select(l => $"\"{l}\""))}]

            """);
        return site;
    }

    /// <summary>Makes an administrator's key; the line that names it.</summary>
    public async Task<string> NewKeyAsync(string name)
    {
        var made = await PlombaProgram.RunAsync("key", "new", "--type", "tuf", "--name", name, "--file", KeyOf(name), "--passphrase-file", "/dev/null");
        Assert.True(made.ExitCode == 0, made.Errors);
        return made.Text.Trim();
    }

    public string KeyOf(string name) => _directory.Combine($"{name}.key");

    public string Combine(params string[] parts) => _directory.Combine(parts);

    /// <summary>One run of <c>site publish</c>; its report.</summary>
    public async Task<JsonElement> PublishAsync(params string[] administrators)
    {
        var result = await PlombaProgram.RunAsync(["site", "publish", "--site", SiteFile, "--output", "json", .. administrators.SelectMany(a => new[] { "--sign-by", KeyOf(a) })]);
        Assert.True(result.ExitCode == 0, result.Errors);
        return JsonDocument.Parse(result.Output).RootElement;
    }

    public async Task ServeAsync() =>
        _server = await RunningProgram.StartAsync(PlombaProgram.Path, ["serve", "--site", SiteFile], $"http://127.0.0.1:{Port}/healthz");

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _directory.Dispose();
    }
}
