using System.Net;
using System.Globalization;
using System.Text;
using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Interop.Tests;

/// <summary>
/// The reference deployment on loopback: a site with namespaces <c>alt</c> and <c>beta</c>, a registry, the listener of
/// its own for signatures and keys, makers with accounts and OpenPGP keys, and homes for makers and clients, all made
/// with the program's own verbs and driven with real podman and skopeo.
/// </summary>
internal sealed class Deployment : IAsyncDisposable
{
    public const string Password = "correct horse";

    private readonly TemporaryDirectory directory = new(prefix: "deployment");
    private readonly List<IDisposable> homes = [];
    private RunningProgram? server;

    private Deployment(bool extension)
    {
        var (registry, signatures) = (RunningProgram.FreePort(), RunningProgram.FreePort());
        Name = $"127.0.0.1:{registry.ToString(CultureInfo.InvariantCulture)}";
        Signatures = $"127.0.0.1:{signatures.ToString(CultureInfo.InvariantCulture)}";
        Extension = extension;
    }

    /// <summary>What users type before the first slash.</summary>
    public string Name { get; }

    /// <summary>host:port of the listener that serves signatures and keys alone.</summary>
    public string Signatures { get; }

    public bool Extension { get; private set; }

    public GpgHome Gpg { get; } = new();

    /// <summary>Full fingerprints by key name.</summary>
    public Dictionary<string, string> Keys { get; } = new(StringComparer.Ordinal);

    public string SiteFile => directory.Combine("site.toml");

    public string Data => directory.Combine("data");

    public string KeyDirectory => directory.Combine("keys");

    public RunningProgram Server => server!;

    public string Combine(params string[] parts) => directory.Combine(parts);

    public string Image(string path) => $"{Name}/{path}";

    public static async Task<Deployment> StartAsync(bool extension)
    {
        var deployment = new Deployment(extension);
        try
        {
            await deployment.PrepareAsync();
            await deployment.StartServerAsync();
            return deployment;
        }
        catch
        {
            await deployment.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs the program; its exit code is the caller's affair.</summary>
    public static Task<ChildResult> PlombaAsync(params string[] arguments) => PlombaProgram.RunAsync(arguments);

    /// <summary>Runs the program, which must succeed.</summary>
    public static async Task<ChildResult> MustAsync(params string[] arguments)
    {
        var result = await PlombaProgram.RunAsync(arguments);
        return result.ExitCode == 0
            ? result
            : throw new InvalidOperationException($"plomba {string.Join(' ', arguments)}: exit {result.ExitCode}: {result.Errors}{result.Text}");
    }

    public async Task StartServerAsync() =>
        server = await RunningProgram.StartAsync(PlombaProgram.Path, ["serve", "--site", SiteFile], $"http://{Name}/healthz");

    /// <summary>Rewrites the site with another value of <c>extension</c> and waits until the server has taken it.</summary>
    public async Task SetExtensionAsync(bool extension)
    {
        Extension = extension;
        await File.WriteAllTextAsync(SiteFile, (await File.ReadAllTextAsync(SiteFile)).Replace(
            extension ? "extension = false" : "extension = true", extension ? "extension = true" : "extension = false", StringComparison.Ordinal));
        Server.Signal("HUP");
        using var http = new HttpClient();
        for (var attempt = 0; attempt < 100; attempt++)
        {
            using var ping = await http.GetAsync(new Uri($"http://{Name}/v2/"));
            if (ping.Headers.Contains("X-Registry-Supports-Signatures") == extension)
                return;
            await Task.Delay(50);
        }

        Assert.Fail($"the server did not reload its site: {Server.Log}");
    }

    /// <summary>A home configured as the site says a client's is: what <c>site render --for client</c> wrote.</summary>
    public Task<ContainersHome> ClientAsync() => HomeAsync("--for", "client");

    /// <summary>A home configured as the site says a maker's is, logged in to the registry.</summary>
    public async Task<ContainersHome> MakerAsync(string maker)
    {
        var home = await HomeAsync("--for", "maker", "--maker", maker);
        home.Insecure(Name); // what the machine's own registries.conf.d says to everyone on it
        await home.MustAsync("podman", "login", "--tls-verify=false", "-u", maker, "-p", Password, Name);
        return home;
    }

    /// <summary>Writes what <c>site render</c> says for a role into a <c>~/.config/containers</c>.</summary>
    public async Task ConfigureAsync(string configuration, params string[] role)
    {
        var rendered = directory.Combine($"rendered-{Guid.NewGuid():N}");
        await MustAsync(["site", "render", .. role, "--to", rendered, "--site", SiteFile]);
        foreach (var file in Directory.EnumerateFiles(rendered, "*", SearchOption.AllDirectories).Where(f => f.Contains("containers/", StringComparison.Ordinal)))
        {
            var target = Path.Combine(configuration, file[(file.LastIndexOf("containers/", StringComparison.Ordinal) + "containers/".Length)..]);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
    }

    /// <summary>Builds a small image in the home's store under a name of this registry.</summary>
    public async Task BuildAsync(ContainersHome home, string image, string content)
    {
        var context = Directory.CreateDirectory(directory.Combine($"context-{Guid.NewGuid():N}")).FullName;
        File.Copy("/bin/busybox", Path.Combine(context, "busybox"));
        await File.WriteAllTextAsync(Path.Combine(context, "content"), content);
        await File.WriteAllTextAsync(
            Path.Combine(context, "Containerfile"),
            "FROM scratch\nCOPY busybox /bin/busybox\nCOPY content /content\nCMD [\"/bin/busybox\", \"cat\", \"/content\"]\n");
        await home.MustAsync("buildah", "bud", "--isolation", "chroot", "-t", Image(image), context);
    }

    /// <summary>The digest the registry serves for a tag.</summary>
    public async Task<string> DigestAsync(string repository, string tag = "latest")
    {
        using var http = new HttpClient();
        using var token = await http.GetAsync(new Uri($"http://{Name}/auth/token?service={Name}&scope=repository:{repository}:pull"));
        var body = System.Text.Json.JsonDocument.Parse(await token.Content.ReadAsStringAsync()).RootElement;
        using var request = new HttpRequestMessage(HttpMethod.Head, $"http://{Name}/v2/{repository}/manifests/{tag}");
        request.Headers.Authorization = new("Bearer", body.GetProperty("token").GetString());
        using var answer = await http.SendAsync(request);
        return answer.Headers.GetValues("Docker-Content-Digest").Single();
    }

    /// <summary>Fingerprints of the signers of every signature that the lookaside shows, in order.</summary>
    public async Task<List<string>> SignersAsync(string repository, string digest)
    {
        using var http = new HttpClient();
        var signers = new List<string>();
        for (var number = 1; ; number++)
        {
            using var answer = await http.GetAsync(new Uri($"http://{Signatures}/sigstore/{repository}@{digest.Replace(':', '=')}/signature-{number}"));
            if (answer.StatusCode == HttpStatusCode.NotFound)
                return signers;
            var checkedBy = await ChildProcess.RunAsync(
                "gpg", ["--homedir", Gpg.Path, "--batch", "--status-fd", "1", "--output", "/dev/null", "--decrypt"], await answer.Content.ReadAsByteArrayAsync());
            signers.Add(checkedBy.Text.Split('\n').Single(line => line.Contains(" VALIDSIG ", StringComparison.Ordinal)).Split(' ')[2]);
        }
    }

    /// <summary><c>plomba verify</c> with the policy and stores of a home; returns exit code and all text.</summary>
    public async Task<(int ExitCode, string Text)> VerifyAsync(ContainersHome home, string path)
    {
        var result = await PlombaAsync(
            "verify",
            Image(path),
            "--policy",
            Path.Combine(home.Configuration, "policy.json"),
            "--registries.d",
            Path.Combine(home.Configuration, "registries.d"),
            "--tls-verify=false");
        return (result.ExitCode, result.Text + result.Errors);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var home in homes)
            home.Dispose();
        if (server is not null)
            await server.DisposeAsync();
        await Gpg.DisposeAsync();
        directory.Dispose();
    }

    private async Task PrepareAsync()
    {
        Directory.CreateDirectory(KeyDirectory);
        var passwords = new StringBuilder();
        foreach (var maker in new[] { "imagemaker", "imagemaker2" })
            passwords.Append((await ChildProcess.RunAsync("htpasswd", ["-nbB", "-C", "5", maker, Password])).Text.Trim()).Append('\n');
        await File.WriteAllTextAsync(directory.Combine("htpasswd"), passwords.ToString());
        await File.WriteAllTextAsync(SiteFile, $"""
            format = 1
            [site]
            name = "test"
            [registry]
            name = "{Name}"
            listen = ["{Name}"]
            data = "{Data}"
            [signatures]
            name = "{Signatures}"
            listen = ["{Signatures}"]
            inboxes = "{directory.Combine("staging")}"
            extension = {(Extension ? "true" : "false")}
            [keys]
            directory = "{KeyDirectory}"
            [access]
            passwords = "{directory.Combine("htpasswd")}"

            """);
        foreach (var (name, owner) in new[] { ("images-developer", "Images Developer"), ("second-developer", "Second Developer"), ("build-robot", "Build robot") })
            await AddKeyAsync(name, owner);
        await MustAsync("site", "namespace", "add", "alt", "--maker", "imagemaker", "--maker", "imagemaker2", "--key", "images-developer", "--key", "second-developer", "--site", SiteFile);
        await MustAsync("site", "namespace", "add", "beta", "--maker", "imagemaker2", "--key", "build-robot", "--site", SiteFile);
        foreach (var maker in new[] { "imagemaker", "imagemaker2" })
            Directory.CreateDirectory(directory.Combine("staging", maker));
    }

    private async Task AddKeyAsync(string name, string owner)
    {
        var fingerprint = await Gpg.CreateKeyAsync($"{owner} <{name}@example.org>");
        Keys[name] = fingerprint;
        var file = directory.Combine($"{name}.asc");
        await File.WriteAllBytesAsync(file, await Gpg.ExportAsync(fingerprint));
        await MustAsync("site", "key", "add", file, "--name", name, "--fingerprint", fingerprint, "--site", SiteFile);
    }

    private async Task<ContainersHome> HomeAsync(params string[] role)
    {
        var home = new ContainersHome(Gpg.Path);
        homes.Add(home);
        await ConfigureAsync(home.Configuration, role);
        return home;
    }
}
