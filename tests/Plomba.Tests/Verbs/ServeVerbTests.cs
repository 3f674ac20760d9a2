using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Tests.Verbs;

/// <summary>The server as a process, as an operator runs it.</summary>
public sealed class ServeVerbTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly int _port = RunningProgram.FreePort();

    private string Address => $"127.0.0.1:{_port}";

    private string Data => _directory.Combine("data");

    [Fact]
    public async Task It_says_what_is_served_where_and_what_to_do_next_and_stops_with_0()
    {
        await using var server = await StartAsync();
        Assert.Contains($"registry http://{Address}/v2/", server.Log, StringComparison.Ordinal);
        Assert.Contains($"keys http://{Address}/keys/", server.Log, StringComparison.Ordinal);
        Assert.Contains("no accounts", server.Log, StringComparison.Ordinal);
        Assert.Contains($"next: podman push --tls-verify=false IMAGE docker://{Address}/", server.Log, StringComparison.Ordinal);
        Assert.Equal(0, await server.StopAsync());
    }

    [Fact]
    public async Task A_free_port_is_chosen_and_named()
    {
        await using var server = RunningProgram.Start(PlombaProgram.Path, ["serve", "--data", Data, "--listen", "127.0.0.1:0"]);
        await UntilAsync(() => Task.FromResult(server.Log.Contains("next: podman push", StringComparison.Ordinal)));
        var url = server.Log.Split("registry ")[1].Split("/v2/")[0];
        Assert.DoesNotContain(":0", url, StringComparison.Ordinal);
        using var http = new HttpClient();
        Assert.Equal("{}", await http.GetStringAsync($"{url}/v2/"));
    }

    [Fact]
    public async Task A_request_under_way_is_finished_after_SIGTERM()
    {
        await using var server = await StartAsync();
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", _port);
        var stream = socket.GetStream();
        var digest = Convert.ToHexStringLower(SHA256.HashData("0123456789"u8));
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /v2/a/blobs/uploads/?digest=sha256:{digest} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n01234"));
        await Task.Delay(300);
        server.Signal("TERM");
        await Task.Delay(300);
        Assert.False(server.HasExited);
        await stream.WriteAsync("56789"u8.ToArray());
        using var reader = new StreamReader(stream);
        Assert.Equal("HTTP/1.1 201 Created", await reader.ReadLineAsync());
        Assert.Equal(0, await server.StopAsync());
    }

    [Fact]
    public async Task An_upload_goes_on_where_it_was_when_the_server_was_killed()
    {
        var content = new byte[1_500_000];
        new Random(5).NextBytes(content);
        using var http = new HttpClient { BaseAddress = new Uri($"http://{Address}") };
        string upload;
        await using (var killed = await StartAsync())
        {
            using var begun = await http.PostAsync("/v2/a/blobs/uploads/", null);
            upload = begun.Headers.Location!.ToString();
            using var patched = await http.PatchAsync(upload, new ByteArrayContent(content[..1_000_000]));
            Assert.Equal(HttpStatusCode.Accepted, patched.StatusCode);
            killed.Kill();
        }

        await using var server = await StartAsync();
        using var state = await http.GetAsync(upload);
        Assert.Equal("0-999999", Assert.Single(state.Headers.GetValues("Range")));
        var digest = Convert.ToHexStringLower(SHA256.HashData(content));
        using var done = await http.PutAsync($"{upload}?digest=sha256:{digest}", new ByteArrayContent(content[1_000_000..]));
        Assert.Equal(HttpStatusCode.Created, done.StatusCode);
        Assert.Equal(content, await http.GetByteArrayAsync($"/v2/a/blobs/sha256:{digest}"));
        Assert.Equal(0, await server.StopAsync());
    }

    [Theory]
    [InlineData("--listen", "0.0.0.0:0", "without accounts the server does not listen on 0.0.0.0:0")]
    [InlineData("--signatures-listen", "[::]:0", "without accounts the server does not listen on [::]:0")]
    [InlineData("--listen", "systemd:registry", "systemd handed over no socket named registry")]
    [InlineData("--site", "/nowhere/site.toml", "cannot read the site /nowhere/site.toml")]
    [InlineData("--data", "/proc/plomba", "the data directory /proc/plomba cannot be used")]
    public async Task What_it_cannot_do_is_one_clear_line_and_exit_1(string option, string value, string message)
    {
        var arguments = option == "--listen" ? new[] { "serve" } : ["serve", "--listen", Address];
        var data = option == "--data" ? Array.Empty<string>() : ["--data", Data];
        var result = await PlombaProgram.RunAsync([.. arguments, .. data, option, value]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(message, result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
        Assert.InRange(result.Errors.Trim().Split('\n').Length, 1, 2);
    }

    [Theory]
    [InlineData("--listen", "5000")]
    [InlineData("--listen", "localhost:5000")]
    [InlineData("--listen", "127.0.0.1")]
    [InlineData("--tls-certificate", "x.pem")]
    [InlineData("--log-format", "xml")]
    public async Task A_wrong_command_line_is_exit_2(string option, string value)
    {
        var result = await PlombaProgram.RunAsync("serve", "--data", Data, option, value);
        Assert.Equal(2, result.ExitCode);
        Assert.False(Directory.Exists(Data));
    }

    [Fact]
    public async Task A_taken_port_is_one_clear_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var result = await PlombaProgram.RunAsync("serve", "--data", Data, "--listen", taken.LocalEndpoint.ToString()!);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("address already in use", result.Errors, StringComparison.Ordinal);
        Assert.Contains("--listen", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_server_on_the_same_data_is_refused()
    {
        await using var server = await StartAsync();
        var result = await PlombaProgram.RunAsync("serve", "--data", Data, "--listen", $"127.0.0.1:{RunningProgram.FreePort()}");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"another server is using the data in {Data}", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_current_directory_and_the_environment_open_no_port()
    {
        var other = RunningProgram.FreePort();
        await File.WriteAllTextAsync(
            _directory.Combine("appsettings.json"),
            $$"""{"Kestrel":{"Endpoints":{"x":{"Url":"http://127.0.0.1:{{other}}"} } },"urls":"http://127.0.0.1:{{other}}"}""");
        await using var server = await RunningProgram.StartAsync(
            PlombaProgram.Path, ["serve", "--data", Data, "--listen", Address], $"http://{Address}/v2/", _directory.Path);
        using var client = new TcpClient();
        await Assert.ThrowsAsync<SocketException>(() => client.ConnectAsync("127.0.0.1", other));
    }

    [Fact]
    public async Task A_push_into_another_namespace_is_logged_with_its_account()
    {
        await File.WriteAllTextAsync(_directory.Combine("htpasswd"), $"maker:{BCrypt.Net.BCrypt.HashPassword("hunter2", 4)}\n");
        WriteSite($"passwords = \"{_directory.Combine("htpasswd")}\"");
        await using var server = await StartAsync("--site", SiteFile);
        using var http = new HttpClient { BaseAddress = new Uri($"http://{Address}") };
        using var anonymous = await http.PostAsync("/v2/beta/x/blobs/uploads/", null);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("maker:hunter2"u8));
        using var denied = await http.PostAsync("/v2/beta/y/blobs/uploads/", null);
        Assert.Equal(HttpStatusCode.Unauthorized, denied.StatusCode);
        await server.StopAsync();
        Assert.Contains("POST /v2/beta/y/blobs/uploads/ 401 DENIED (maker is not a maker of the namespace of beta/y)", server.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("beta/x", server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_JSON_log_is_JSON_and_holds_no_secret()
    {
        await File.WriteAllTextAsync(_directory.Combine("htpasswd"), "maker:$2y$05$bvIG6Nmid91Mu9RcmmWZfO5HJIMCT8riNW0hEp8f6/FuA2/mHZFpe\n");
        WriteSite($"passwords = \"{_directory.Combine("htpasswd")}\"");
        await using var server = await StartAsync("--site", SiteFile, "--log-format", "json", "--debug");
        using var http = new HttpClient { BaseAddress = new Uri($"http://{Address}") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("maker:hunter2"u8));
        using var login = await http.GetAsync("/auth/token?service=x&secret=hunter3");
        Assert.Equal(HttpStatusCode.Unauthorized, login.StatusCode);
        using var upload = await http.PostAsync("/v2/a/blobs/uploads/?digest=hunter4", null);
        await server.StopAsync();
        var lines = server.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(lines, line => line.Contains("/auth/token", StringComparison.Ordinal));
        foreach (var line in lines)
            using (JsonDocument.Parse(line))
                Assert.DoesNotContain("hunter", line, StringComparison.Ordinal);
        Assert.DoesNotContain("bWFrZXI6", server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_site_is_reloaded_when_it_changes_and_a_broken_one_is_not_taken()
    {
        WriteSite("");
        await using var server = await StartAsync("--site", SiteFile);
        using var http = new HttpClient { BaseAddress = new Uri($"http://{Address}") };
        Assert.True(await AnnouncesAsync(http));
        WriteSite("", extension: false);
        await UntilAsync(async () => !await AnnouncesAsync(http));
        await File.WriteAllTextAsync(SiteFile, "format = 1\nnonsense");
        server.Signal("HUP");
        await UntilAsync(() => Task.FromResult(server.Log.Contains("the old one stays in force", StringComparison.Ordinal)));
        Assert.False(await AnnouncesAsync(http));
        WriteSite("");
        server.Signal("HUP");
        await UntilAsync(() => AnnouncesAsync(http));
        Assert.Equal(0, await server.StopAsync());
    }

    [Fact]
    public async Task A_certificate_is_shown_and_replaced_without_a_restart()
    {
        var first = WriteCertificate("first");
        await using var server = await RunningProgram.StartAsync(
            PlombaProgram.Path,
            ["serve", "--data", Data, "--listen", Address, "--tls-certificate", _directory.Combine("tls.crt"), "--tls-key", _directory.Combine("tls.key")],
            $"https://{Address}/v2/");
        Assert.Equal(first, await ShownAsync());
        await Task.Delay(1100);
        var second = WriteCertificate("second");
        await UntilAsync(async () => await ShownAsync() == second);
        await Task.Delay(1100);
        await File.WriteAllTextAsync(_directory.Combine("tls.crt"), "rubbish");
        await Task.Delay(1100);
        Assert.Equal(second, await ShownAsync());
    }

    [Fact]
    public async Task A_certificate_that_is_none_is_one_clear_line()
    {
        await File.WriteAllTextAsync(_directory.Combine("tls.crt"), "rubbish");
        var result = await PlombaProgram.RunAsync(
            "serve", "--data", Data, "--listen", Address, "--tls-certificate", _directory.Combine("tls.crt"), "--tls-key", _directory.Combine("tls.crt"));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("certificate", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task systemd_hands_over_sockets_by_name_and_is_told_when_it_is_ready()
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("systemd-socket-activate"), "systemd-socket-activate is not installed");
        var signatures = RunningProgram.FreePort();
        // Started at the first connection, so the wait for readiness starts it.
        await using var server = await RunningProgram.StartAsync("systemd-socket-activate",
        [
            "-l", Address, "-l", $"127.0.0.1:{signatures}", "--fdname=registry:signatures",
            PlombaProgram.Path, "serve", "--data", Data, "--listen", "systemd:registry", "--signatures-listen", "systemd:signatures",
        ], $"http://{Address}/v2/");
        using var http = new HttpClient();
        Assert.Equal("{}", await http.GetStringAsync($"http://{Address}/v2/"));
        Assert.Equal("[]", await http.GetStringAsync($"http://127.0.0.1:{signatures}/keys/"));
        using var hidden = await http.GetAsync($"http://127.0.0.1:{signatures}/v2/");
        Assert.Equal(HttpStatusCode.NotFound, hidden.StatusCode);
        await server.StopAsync();
    }

    [Fact]
    public async Task A_supervisor_is_told_when_it_is_ready()
    {
        using var notify = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        notify.Bind(new UnixDomainSocketEndPoint(_directory.Combine("notify")));
        await using var server = await RunningProgram.StartAsync(
            "env", [$"NOTIFY_SOCKET={_directory.Combine("notify")}", PlombaProgram.Path, "serve", "--data", Data, "--listen", Address], $"http://{Address}/v2/");
        var buffer = new byte[100];
        var length = await notify.ReceiveAsync(buffer).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal("READY=1", Encoding.ASCII.GetString(buffer, 0, length));
        await server.StopAsync();
    }

    [Fact]
    public async Task A_watchdog_hears_from_it_more_often_than_it_asks()
    {
        using var notify = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        notify.Bind(new UnixDomainSocketEndPoint(_directory.Combine("notify")));
        await using var server = await RunningProgram.StartAsync(
            "env", [$"NOTIFY_SOCKET={_directory.Combine("notify")}", "WATCHDOG_USEC=400000", PlombaProgram.Path, "serve", "--data", Data, "--listen", Address], $"http://{Address}/v2/");
        var buffer = new byte[100];
        var heard = new List<string>();
        for (var i = 0; i < 4; i++)
            heard.Add(Encoding.ASCII.GetString(buffer, 0, await notify.ReceiveAsync(buffer).WaitAsync(TimeSpan.FromSeconds(10))));

        Assert.Equal(["READY=1", "WATCHDOG=1", "WATCHDOG=1", "WATCHDOG=1"], heard);
        await server.StopAsync();
    }

    public void Dispose() => _directory.Dispose();

    private string SiteFile => _directory.Combine("site.toml");

    private Task<RunningProgram> StartAsync(params string[] options) => RunningProgram.StartAsync(
        PlombaProgram.Path, ["serve", "--data", Data, "--listen", Address, .. options], $"http://{Address}/healthz");

    private void WriteSite(string access, bool extension = true) => File.WriteAllText(SiteFile, $"""
        format = 1
        [site]
        name = "test"
        [registry]
        name = "{Address}"
        listen = ["{Address}"]
        [signatures]
        extension = {(extension ? "true" : "false")}
        [access]
        {access}
        """);

    private static async Task<bool> AnnouncesAsync(HttpClient http)
    {
        using var answer = await http.GetAsync("/v2/");
        return answer.Headers.Contains("X-Registry-Supports-Signatures");
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        var watch = Stopwatch.StartNew();
        while (!await holds())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), "it did not happen");
            await Task.Delay(100);
        }
    }

    private string WriteCertificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(Vectors.Clock.AddYears(-10), Vectors.Clock.AddYears(10));
        File.WriteAllText(_directory.Combine("tls.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(_directory.Combine("tls.key"), key.ExportPkcs8PrivateKeyPem());
        return certificate.Thumbprint;
    }

    private async Task<string?> ShownAsync()
    {
        string? shown = null;
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
        {
            shown = (certificate as X509Certificate2)?.Thumbprint;
            return true;
        };
        using var http = new HttpClient(handler);
        using var answer = await http.GetAsync($"https://{Address}/v2/");
        return shown;
    }
}
