using System.Globalization;
using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Interop.Tests;

/// <summary>A site with a CA of its own: <c>plomba tls init</c>, <c>serve</c> over TLS, and real clients that know the CA through <c>certs.d</c> alone.</summary>
public sealed class TlsTests : IAsyncDisposable
{
    private readonly TemporaryDirectory work = new(prefix: "tls");
    private readonly GpgHome gpg = new();
    private readonly List<ContainersHome> homes = [];
    private readonly string registry = $"127.0.0.1:{RunningProgram.FreePort().ToString(CultureInfo.InvariantCulture)}";
    private readonly string signatures = $"127.0.0.1:{RunningProgram.FreePort().ToString(CultureInfo.InvariantCulture)}";

    private string SiteFile => work.Combine("site.toml");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Images_are_pushed_signed_and_pulled_with_the_CA_and_refused_without(bool extension)
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("podman") && ChildProcess.IsInstalled("skopeo"), "podman and skopeo are not installed");
        Assert.SkipUnless(Environment.UserName == "root", "podman's store needs root here");
        await using var server = await StartAsync(extension);
        var (maker, client) = (await HomeAsync("maker"), await HomeAsync("client"));
        TinyImage.Write(work.Combine("image"), "over TLS");
        await maker.MustAsync("skopeo", "copy", "--sign-by", "tls@example.org", $"dir:{work.Combine("image")}", $"docker://{registry}/alt/alt:latest");

        await client.MustAsync("podman", "pull", $"{registry}/alt/alt");
        var verified = await VerifyAsync(client);
        Assert.True(verified.ExitCode == 0, verified.Errors + verified.Text);

        // The same client without the CA: nothing is spoken to a server nobody vouches for.
        File.Delete(Path.Combine(client.Configuration, "certs.d", registry, "ca.crt"));
        await client.MustAsync("podman", "rmi", $"{registry}/alt/alt");
        var refused = await client.RunAsync("podman", "pull", $"{registry}/alt/alt");
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("x509", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(1, (await VerifyAsync(client)).ExitCode);
    }

    [Fact]
    public async Task A_renewed_certificate_is_shown_to_new_connections_while_the_server_runs()
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("curl") && ChildProcess.IsInstalled("openssl"), "curl and openssl are not installed");
        await using var server = await StartAsync(extension: true);
        var before = await SerialAsync();
        Assert.Equal(0, (await CurlAsync(registry, "/v2/")).ExitCode);

        foreach (var newKey in new[] { false, true })
        {
            await Deployment.MustAsync(["tls", "renew", "--force", "--site", SiteFile, .. newKey ? ["--new-key"] : Array.Empty<string>()]);
            var after = before;
            for (var attempt = 0; attempt < 60 && after == before; attempt++)
            {
                await Task.Delay(100);
                after = await SerialAsync();
            }

            Assert.NotEqual(before, after);
            before = after;
            Assert.Equal(0, (await CurlAsync(registry, "/v2/")).ExitCode);
            Assert.Equal(0, (await CurlAsync(signatures, "/keys/")).ExitCode);
        }

        Assert.DoesNotContain("cannot be used", server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_ends_within_a_week_is_reported_by_every_verb_and_the_server()
    {
        Directory.CreateDirectory(work.Combine("tls"));
        await WriteSiteAsync(extension: true);
        await Deployment.MustAsync("tls", "init", "--site", SiteFile, "--expires", "6d");
        Assert.Equal(3, (await Deployment.PlombaAsync("tls", "show", "--site", SiteFile)).ExitCode);
        Assert.Contains("certificate-expires", (await Deployment.PlombaAsync("site", "check", SiteFile)).Text, StringComparison.Ordinal);
        await using var server = await RunningProgram.StartAsync(PlombaProgram.Path, ["serve", "--site", SiteFile], $"https://{registry}/healthz");
        Assert.Contains("renew it (plomba tls renew)", server.Log, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var home in homes)
            home.Dispose();
        await gpg.DisposeAsync();
        work.Dispose();
    }

    private async Task<RunningProgram> StartAsync(bool extension)
    {
        await WriteSiteAsync(extension);
        await Deployment.MustAsync("tls", "init", "--site", SiteFile);
        if (ChildProcess.IsInstalled("gpg"))
        {
            var fingerprint = await gpg.CreateKeyAsync("TLS <tls@example.org>");
            await File.WriteAllBytesAsync(work.Combine("k.asc"), await gpg.ExportAsync(fingerprint));
            await Deployment.MustAsync("site", "key", "add", work.Combine("k.asc"), "--name", "k", "--fingerprint", fingerprint, "--site", SiteFile);
            await Deployment.MustAsync("site", "namespace", "add", "alt", "--maker", Environment.UserName, "--key", "k", "--site", SiteFile);
        }

        Directory.CreateDirectory(work.Combine("staging", Environment.UserName));
        return await RunningProgram.StartAsync(PlombaProgram.Path, ["serve", "--site", SiteFile], $"https://{registry}/healthz");
    }

    private Task WriteSiteAsync(bool extension) => File.WriteAllTextAsync(SiteFile, $$"""
        format = 1
        [site]
        name = "tls"
        [registry]
        name = "{{registry}}"
        listen = ["{{registry}}"]
        data = "{{work.Combine("data")}}"
        tls = { certificate = "{{work.Combine("tls/server.crt")}}", key = "{{work.Combine("tls/server.key")}}", ca = "{{work.Combine("tls/ca.crt")}}" }
        [signatures]
        name = "{{signatures}}"
        listen = ["{{signatures}}"]
        inboxes = "{{work.Combine("staging")}}"
        extension = {{(extension ? "true" : "false")}}
        [keys]
        directory = "{{work.Combine("keys")}}"

        """);

    private async Task<ContainersHome> HomeAsync(string role)
    {
        var home = new ContainersHome(gpg.Path);
        homes.Add(home);
        foreach (var one in new[] { "client", role }.Distinct())
        {
            var rendered = work.Combine($"rendered-{Guid.NewGuid():N}");
            await Deployment.MustAsync("site", "render", "--for", one, "--to", rendered, "--site", SiteFile);
            foreach (var file in Directory.EnumerateFiles(rendered, "*", SearchOption.AllDirectories).Where(f => f.Contains("containers/", StringComparison.Ordinal)))
            {
                var target = Path.Combine(home.Configuration, file[(file.LastIndexOf("containers/", StringComparison.Ordinal) + "containers/".Length)..]);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target, overwrite: true);
            }
        }

        return home;
    }

    private Task<ChildResult> VerifyAsync(ContainersHome home) => Deployment.PlombaAsync(
        "verify", $"{registry}/alt/alt", "--policy", Path.Combine(home.Configuration, "policy.json"), "--registries.d", Path.Combine(home.Configuration, "registries.d"),
        "--cert-dir", Path.Combine(home.Configuration, "certs.d", registry));

    private Task<ChildResult> CurlAsync(string host, string path) =>
        ChildProcess.RunAsync("curl", ["-sSf", "--cacert", work.Combine("tls/ca.crt"), "-o", "/dev/null", $"https://{host}{path}"]);

    private async Task<string> SerialAsync()
    {
        var handshake = await ChildProcess.RunAsync("openssl", ["s_client", "-connect", registry, "-CAfile", work.Combine("tls/ca.crt"), "-verify_return_error"], ReadOnlyMemory<byte>.Empty);
        Assert.True(handshake.ExitCode == 0, handshake.Errors);
        return (await ChildProcess.RunAsync("openssl", ["x509", "-noout", "-serial"], handshake.Output)).Text;
    }
}
