using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Plomba.Files;
using Plomba.Hosts.Rules;
using Plomba.Site;
using Plomba.Testing;

namespace Plomba.Hosts.Tests.Rules;

/// <summary>P120 against servers that answer: our own, nginx, and one that answers what no server should.</summary>
public sealed class NetworkTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _work = new(prefix: "network");
    private readonly TestMachine _machine = new();
    private readonly int _nginxPort = RunningProgram.FreePort(), _ownPort = RunningProgram.FreePort();
    private RunningProgram? _nginx, _own;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("nginx"), "nginx is not installed");
        await File.WriteAllTextAsync(_work.Combine("site.toml"), $"""
            format = 1
            [site]
            name = "network"
            [registry]
            name = "127.0.0.1:{_ownPort}"
            listen = ["127.0.0.1:{_ownPort}"]
            data = "{_work.Combine("data")}"
            """);
        _own = await RunningProgram.StartAsync(PlombaProgram.Path, ["serve", "--site", _work.Combine("site.toml")], $"http://127.0.0.1:{_ownPort}/healthz");
        await StartNginxAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in new[] { _nginx, _own })
        {
            if (server is not null)
                await server.DisposeAsync();
        }

        _machine.Dispose();
        _work.Dispose();
    }

    [Fact]
    public async Task Our_server_and_a_plain_web_server_answer_as_they_should()
    {
        Insecure($"127.0.0.1:{_ownPort}");
        Lookasides($"127.0.0.1:{_ownPort}", $"http://127.0.0.1:{_ownPort}/sigstore");
        Lookasides($"127.0.0.1:{_ownPort}/alt", $"http://127.0.0.1:{_nginxPort}/plain");
        Assert.Empty(await CheckAsync());
    }

    [Theory]
    [InlineData("page", "200")]
    [InlineData("closed", "403")]
    [InlineData("elsewhere", "302")]
    [InlineData("broken", "500")]
    public async Task A_lookaside_that_says_something_else_of_a_missing_signature_is_found(string place, string status)
    {
        Lookasides("registry.example.org/alt", $"http://127.0.0.1:{_nginxPort}/{place}");
        var finding = Assert.Single(await CheckAsync());
        Assert.Equal(($"http://127.0.0.1:{_nginxPort}/{place}", "P120", Severity.Error), (finding.Subject, finding.Rule, finding.Severity));
        Assert.Contains(status, finding.Found, StringComparison.Ordinal);
        // The redirect led to a place that was never asked.
        Assert.DoesNotContain("/led-elsewhere", await File.ReadAllTextAsync(_work.Combine("access.log")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registry_that_is_none_or_does_not_answer_is_found()
    {
        var nobody = RunningProgram.FreePort();
        Insecure($"127.0.0.1:{_nginxPort}", $"127.0.0.1:{nobody}");
        var findings = (await CheckAsync()).ToDictionary(f => f.Subject, f => f.Found, StringComparer.Ordinal);
        Assert.Equal(2, findings.Count);
        Assert.Contains("404", findings[$"127.0.0.1:{_nginxPort}"], StringComparison.Ordinal);
        Assert.Contains("refused", findings[$"127.0.0.1:{nobody}"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_leads_elsewhere_or_nowhere_is_found()
    {
        var site = SiteFile.Parse("format = 1\n[site]\nname = \"s\"\n[registry]\nname = \"registry.example.org\"\naddress = \"192.0.2.10\"\n[signatures]\nname = \"sigstore.example.org\"\naddress = \"192.0.2.11\"\n"u8, "/etc/plomba/site.toml").Site;
        Assert.NotNull(site);
        var machine = new CheckedMachine(_machine.Root, site, [], TimeProvider.System);
        await machine.AskServersAsync(
            (name, _) => name.StartsWith("sigstore", StringComparison.Ordinal) ? throw new SocketException((int)SocketError.HostNotFound) : Task.FromResult(new[] { IPAddress.Parse("192.0.2.66") }),
            _work.Path,
            CancellationToken.None);
        var findings = RuleSet.Check(machine, RuleSet.All).Findings.Where(f => f.Rule == "P120").ToList();
        Assert.Contains(findings, f => f.Subject == "registry.example.org" && f.Found.Contains("192.0.2.66", StringComparison.Ordinal));
        Assert.Contains(findings, f => f.Subject == "sigstore.example.org" && f.Found.Contains("nowhere", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(200, true, null)]
    [InlineData(200, false, "no answer")]
    [InlineData(20, true, "in 19 days")]
    public async Task A_certificate_that_is_unknown_or_ends_soon_is_found(int days, bool isKnown, string? expected)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(days));
        await File.WriteAllTextAsync(_work.Combine("server.crt"), certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(_work.Combine("server.key"), key.ExportPkcs8PrivateKeyPem());
        var certificates = _work.Combine("certs");
        Directory.CreateDirectory(certificates);
        if (isKnown)
            File.Copy(_work.Combine("server.crt"), Path.Combine(certificates, "ca.crt"));
        await _nginx!.DisposeAsync();
        await StartNginxAsync("ssl", $"ssl_certificate {_work.Combine("server.crt")}; ssl_certificate_key {_work.Combine("server.key")};");
        Lookasides("registry.example.org/alt", $"https://127.0.0.1:{_nginxPort}/plain");
        var findings = await CheckAsync(certificates);
        if (expected is null)
            Assert.Empty(findings);
        else
            Assert.Contains(expected, Assert.Single(findings).Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_hostile_server_sends_reaches_no_terminal_and_keeps_nobody_waiting()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var serving = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            var stream = client.GetStream();
            await stream.ReadExactlyAsync(new byte[16]); // of the request
            await stream.WriteAsync("HTTP/1.1 418 \u001b[2J\u001b[31mgone\r\nX-More: "u8.ToArray());
            var endless = Encoding.ASCII.GetBytes(new string('a', 64 * 1024));
            try
            {
                while (true)
                    await stream.WriteAsync(endless);
            }
            catch (IOException)
            {
                // The other side has had enough.
            }
        });
        Lookasides("registry.example.org/alt", $"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}/x");
        var finding = Assert.Single(await CheckAsync());
        Assert.DoesNotContain('\u001b', finding.Found);
        await serving.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task The_network_is_asked_only_when_that_is_allowed()
    {
        File.WriteAllText(_machine["/etc/passwd"], "root:x:0:0:root:/root:/bin/sh\n");
        var refused = await PlombaProgram.RunAsync("host", "check", "--rules", "P120", "--root", _machine.Root.Directory, "--site", _work.Combine("site.toml"));
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("--network", refused.Errors, StringComparison.Ordinal);
        var offline = await PlombaProgram.RunAsync("host", "check", "--network", "--root", _machine.Root.Directory, "--site", _work.Combine("site.toml"));
        Assert.Equal(2, offline.ExitCode);
        var report = await PlombaProgram.RunAsync("host", "check", "--output", "prometheus", "--root", _machine.Root.Directory, "--site", _work.Combine("site.toml"));
        Assert.DoesNotContain("P120", report.Text, StringComparison.Ordinal);
    }

    private async Task<List<Finding>> CheckAsync(string? certificates = null)
    {
        var machine = new CheckedMachine(_machine.Root, null, [], TimeProvider.System);
        await machine.AskServersAsync((_, _) => Task.FromResult(Array.Empty<IPAddress>()), certificates ?? _work.Path, CancellationToken.None);
        return [.. RuleSet.Check(machine, [.. RuleSet.All.Where(r => r.NeedsNetwork)]).Findings];
    }

    private void Insecure(params string[] registries) =>
        Write("/etc/containers/registries.conf", string.Concat(registries.Select(r => $"[[registry]]\nlocation = \"{r}\"\ninsecure = true\n")));

    private void Lookasides(string scope, string url)
    {
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(scope)))[..8];
        Write($"/etc/containers/registries.d/{name}.yaml", $"docker:\n  {scope}:\n    lookaside: {url}\n");
    }

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_machine[path])!);
        File.WriteAllText(_machine[path], text);
    }

    private async Task StartNginxAsync(string listen = "", string more = "")
    {
        await File.WriteAllTextAsync(_work.Combine("nginx.conf"), $$"""
            daemon off; pid {{_work.Combine("nginx.pid")}}; error_log stderr; user root;
            events {}
            http {
                access_log {{_work.Combine("access.log")}};
                client_body_temp_path {{_work.Path}}; proxy_temp_path {{_work.Path}}; fastcgi_temp_path {{_work.Path}}; uwsgi_temp_path {{_work.Path}}; scgi_temp_path {{_work.Path}};
                server {
                    listen 127.0.0.1:{{_nginxPort}} {{listen}}; {{more}}
                    location /page { return 200 "not found"; }
                    location /closed { return 403; }
                    location /elsewhere { return 302 /led-elsewhere; }
                    location /broken { return 500; }
                    location / { return 404; }
                }
            }
            """);
        _nginx = RunningProgram.Start("nginx", ["-c", _work.Combine("nginx.conf")]);
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, _nginxPort);
                return;
            }
            catch (SocketException) when (attempt < 200)
            {
                await Task.Delay(20);
            }
        }
    }
}
