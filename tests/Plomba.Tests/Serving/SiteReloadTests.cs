using System.Net;
using System.Net.Sockets;
using System.Text;
using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Tests.Serving;

/// <summary>A running server takes a changed site up without dropping a connection.</summary>
public sealed class SiteReloadTests : IDisposable
{
    private readonly TemporaryDirectory _work = new();
    private readonly int _port = RunningProgram.FreePort();
    private readonly HttpClient _client = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_changed_site_is_in_force_after_a_signal_or_by_itself(bool signal)
    {
        WriteSite("extension = true");
        await using var server = await StartAsync();
        Assert.True(await AnnouncesSignaturesAsync());

        WriteSite("extension = false");
        if (signal)
            server.Signal("HUP");

        await UntilAsync(async () => !await AnnouncesSignaturesAsync(), server);
        await UntilAsync(() => Task.FromResult(server.Log.Contains("changed: [signatures]", StringComparison.Ordinal)), server);
        Assert.False(server.HasExited);
    }

    [Fact]
    public async Task An_invalid_site_is_reported_and_the_old_one_stays()
    {
        WriteSite("extension = false");
        await using var server = await StartAsync();

        WriteSite("extension = true\ncolour = 1");
        await UntilAsync(() => Task.FromResult(server.Log.Contains("is not taken, the old one stays in force", StringComparison.Ordinal)), server);
        Assert.Contains("unknown-key", server.Log, StringComparison.Ordinal);
        Assert.False(await AnnouncesSignaturesAsync());

        WriteSite("extension = true");
        await UntilAsync(AnnouncesSignaturesAsync, server);
    }

    [Fact]
    public async Task An_upload_under_way_goes_on_over_its_connection()
    {
        WriteSite("extension = true");
        await using var server = await StartAsync();
        var content = RandomBytes(100_000);
        var digest = Images.Digest.Sha256(content);
        using var connection = new TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, _port);
        await using var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /v2/alt/x/blobs/uploads/?digest={digest} HTTP/1.1\r\nHost: localhost:{_port}\r\nContent-Type: application/octet-stream\r\nContent-Length: {content.Length}\r\nConnection: close\r\n\r\n"));
        await stream.WriteAsync(content.AsMemory(0, 50_000));

        WriteSite("extension = false");
        server.Signal("HUP");
        await UntilAsync(async () => !await AnnouncesSignaturesAsync(), server);
        await stream.WriteAsync(content.AsMemory(50_000));

        using var reader = new StreamReader(stream, Encoding.ASCII);
        Assert.StartsWith("HTTP/1.1 201", await reader.ReadLineAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_listener_waits_for_a_restart_and_is_named()
    {
        WriteSite("extension = true");
        await using var server = await StartAsync();

        WriteSite($"extension = false\nlisten = [\"127.0.0.1:{RunningProgram.FreePort()}\"]");

        await UntilAsync(async () => !await AnnouncesSignaturesAsync(), server);
        await UntilAsync(() => Task.FromResult(server.Log.Contains("only a restart takes it: signatures.listen", StringComparison.Ordinal)), server);
    }

    [Fact]
    public async Task A_site_with_mistakes_does_not_start()
    {
        WriteSite("colour = 1");

        var result = await PlombaProgram.RunAsync("serve", "--site", Site);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("plomba site check", result.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_work.Combine("plomba-data")));
    }

    public void Dispose()
    {
        _client.Dispose();
        _work.Dispose();
    }

    private string Site => _work.Combine("site.toml");

    private void WriteSite(string signatures) => DurableFile.Write(Site, Encoding.UTF8.GetBytes($"""
        format = 1
        [site]
        name = "s"
        [registry]
        name = "localhost:{_port}"
        listen = ["127.0.0.1:{_port}"]
        [signatures]
        {signatures}

        """));

    private Task<RunningProgram> StartAsync() =>
        RunningProgram.StartAsync(PlombaProgram.Path, ["serve", "--site", Site], $"http://127.0.0.1:{_port}/v2/");

    private async Task<bool> AnnouncesSignaturesAsync()
    {
        using var answer = await _client.GetAsync(new Uri($"http://127.0.0.1:{_port}/v2/"));
        return answer.Headers.Contains("X-Registry-Supports-Signatures");
    }

    private static async Task UntilAsync(Func<Task<bool>> holds, RunningProgram server)
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            if (await holds())
                return;
            await Task.Delay(100);
        }

        throw new TimeoutException(server.Log);
    }

    private static byte[] RandomBytes(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        return bytes;
    }
}
