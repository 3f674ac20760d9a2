using Microsoft.AspNetCore.Http;
using Plomba.Files;
using Plomba.Images;
using Plomba.Transfer.Registries;
using Plomba.Transfer.Registries.Http;
using Plomba.Transfer.Signatures;
using Plomba.Trust.Configuration.RegistriesD;
using Plomba.Trust.Files;
using Plomba.Trust.Policy;

namespace Plomba.Transfer.Tests.Signatures;

public sealed class SignatureStoreTests
{
    private static readonly RegistryAccess Access = new() { TlsVerify = false, Retries = 0, NoCredentials = true, Patience = TimeSpan.FromSeconds(20) };
    private static readonly RepositoryName Repository = RepositoryName.TryParse("ns/app", out var name) ? name : throw new InvalidOperationException();
    private static readonly Digest Manifest = Digest.Sha256("m"u8);

    [Fact]
    public async Task A_web_lookaside_is_read_until_the_first_that_is_missing()
    {
        await using var server = await ScriptedServer.StartAsync(c => Serve(c, 1, 2, 4));
        var listing = await ReadAsync(server, $"http://{server.Host}/sig");
        Assert.Null(listing.Failure);
        Assert.Equal(2, listing.Signatures.Length);
        Assert.Equal("lookaside", listing.Store?.Kind);
        Assert.Equal([$"GET /sig/{Name(1)}", $"GET /sig/{Name(2)}", $"GET /sig/{Name(3)}"], server.Requests.Select(r => r.Line));
    }

    [Theory]
    [InlineData(403, "reading signature from http://HOST/sig/NAME: received unexpected HTTP status: 403 Forbidden")]
    [InlineData(410, "reading signature from http://HOST/sig/NAME: received unexpected HTTP status: 410 Gone")]
    [InlineData(500, "reading signature from http://HOST/sig/NAME: received unexpected HTTP status: 500 Internal Server Error")]
    public async Task Any_other_answer_than_200_and_404_is_trouble(int status, string expected)
    {
        await using var server = await ScriptedServer.StartAsync(c =>
        {
            c.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        var listing = await ReadAsync(server, $"http://{server.Host}/sig");
        Assert.Equal(Filled(expected, server), listing.Failure);
    }

    [Theory]
    [InlineData("", "empty signature blob")]
    [InlineData("<html>welcome</html>", "unrecognized signature format, starting with binary 0x3c")]
    public async Task A_page_instead_of_a_signature_spoils_the_list(string body, string expected)
    {
        await using var server = await ScriptedServer.StartAsync(c => c.Response.WriteAsync(body));
        var listing = await ReadAsync(server, $"http://{server.Host}/sig");
        Assert.Equal($"parsing signature http://{server.Host}/sig/{Name(1)}: {expected}", listing.Failure);
    }

    [Fact]
    public async Task An_endless_signature_is_cut()
    {
        await using var server = await ScriptedServer.StartAsync(async c =>
        {
            while (!c.RequestAborted.IsCancellationRequested)
                await c.Response.Body.WriteAsync(new byte[65536], c.RequestAborted);
        });
        var listing = await ReadAsync(server, $"http://{server.Host}/sig");
        Assert.Equal("exceeded maximum allowed size of 4194304 bytes", listing.Failure);
    }

    [Fact]
    public async Task A_store_with_128_signatures_is_taken_for_broken()
    {
        await using var server = await ScriptedServer.StartAsync(c => c.Response.Body.WriteAsync(new byte[] { 0xA0 }).AsTask());
        var listing = await ReadAsync(server, $"http://{server.Host}/sig");
        Assert.Equal("server provided 128 signatures, assuming that's unreasonable and a server error", listing.Failure);
        Assert.Equal(128, server.Requests.Count);
    }

    [Fact]
    public async Task The_password_of_a_lookaside_is_sent_there_and_never_shown()
    {
        await using var server = await ScriptedServer.StartAsync(c =>
        {
            c.Response.StatusCode = 401;
            return Task.CompletedTask;
        });
        var listing = await ReadAsync(server, $"http://a:secret@{server.Host}/sig");
        Assert.DoesNotContain("secret", $"{listing.Failure} {listing.Store}", StringComparison.Ordinal);
        Assert.Equal("Basic YTpzZWNyZXQ=", server.Requests.Single().Authorization);
    }

    [Fact]
    public async Task Other_schemes_are_refused()
    {
        await using var server = await ScriptedServer.StartAsync(_ => Task.CompletedTask);
        var listing = await ReadAsync(server, "ftp://example.com/sig");
        Assert.Equal("Unsupported scheme when reading signature from ftp://example.com/sig/" + Name(1), listing.Failure);
    }

    [Fact]
    public async Task A_lookaside_directory_is_read_until_the_first_that_is_missing()
    {
        using var directory = new TemporaryDirectory();
        DurableFile.CreateDirectory(Path.GetDirectoryName(directory.Combine(Name(1)))!);
        DurableFile.Write(directory.Combine(Name(1)), [0xA0, 1]);
        await using var server = await ScriptedServer.StartAsync(_ => Task.CompletedTask);
        var listing = await ReadAsync(server, $"file://{directory.Path}");
        Assert.Equal(new byte[] { 0xA0, 1 }, listing.Signatures.Single().Bytes.ToArray());
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task The_extension_gives_its_simple_signatures_and_passes_over_others()
    {
        await using var server = await ScriptedServer.StartAsync(c => c.Response.WriteAsync("""
            {"signatures":[{"schemaVersion":2,"type":"atomic","name":"n","content":"AQI="},
                           {"schemaVersion":1,"type":"atomic","content":"AQI="},{"schemaVersion":2,"type":"other","content":"AQI="}]}
            """));
        var listing = await ReadExtensionAsync(server);
        Assert.Equal(new byte[] { 1, 2 }, listing.Signatures.Single().Bytes.ToArray());
        Assert.Equal($"http://{server.Host}/extensions/v2/ns/app/signatures/{Manifest}", listing.Store?.Location);
    }

    [Theory]
    [InlineData(200, "{", "decoding signature list: ")]
    [InlineData(200, "[]", "decoding signature list: ")]
    [InlineData(200, """{"signatures":[{"schemaVersion":2,"type":"atomic","content":"?"}]}""", "decoding signature list: ")]
    [InlineData(500, "oops", "downloading signatures for DIGEST in HOST/ns/app: received unexpected HTTP status: 500 Internal Server Error")]
    public async Task A_broken_extension_is_said(int status, string body, string expected)
    {
        await using var server = await ScriptedServer.StartAsync(c =>
        {
            c.Response.StatusCode = status;
            return c.Response.WriteAsync(body);
        });
        var listing = await ReadExtensionAsync(server);
        Assert.StartsWith(
            Filled(expected, server),
            listing.Failure,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_over_four_mebibytes_is_refused()
    {
        await using var server = await ScriptedServer.StartAsync(c => c.Response.WriteAsync($$"""{"signatures":[],"filling":"{{new string('x', 4194304)}}"}"""));
        Assert.Equal("exceeded maximum allowed size of 4194304 bytes", (await ReadExtensionAsync(server)).Failure);
    }

    private static string Name(int number) => $"ns/app@sha256={Manifest.Hex}/signature-{number}";

    private static string Filled(string expected, ScriptedServer server) => expected
        .Replace("HOST", server.Host.Text, StringComparison.Ordinal)
        .Replace("NAME", Name(1), StringComparison.Ordinal)
        .Replace("DIGEST", Manifest.Text, StringComparison.Ordinal);

    private static Task Serve(HttpContext context, params int[] numbers)
    {
        if (numbers.Any(n => context.Request.Path == $"/sig/{Name(n)}"))
            return context.Response.Body.WriteAsync(new byte[] { 0xA0, 1 }).AsTask();
        context.Response.StatusCode = 404;
        return Task.CompletedTask;
    }

    private static async Task<SignatureListing> ReadAsync(ScriptedServer server, string @base)
    {
        Assert.True(StoreUrl.TryParse(@base, out var url, out _));
        using var transport = new HttpTransport(server.Host, insecure: true, Access);
        return await new LookasideSignatures(transport, MachineFiles.Instance)
            .ReadAsync(new LookasideChoice(@base, "test.yaml", url.Below(Repository), null), Manifest, default);
    }

    private static async Task<SignatureListing> ReadExtensionAsync(ScriptedServer server)
    {
        using var client = new RegistryClient(server.Host, insecure: true, Access);
        return await ExtensionSignatures.ReadAsync(client, Repository, Manifest, default);
    }
}
