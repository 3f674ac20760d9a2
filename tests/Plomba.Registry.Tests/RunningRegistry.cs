using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Plomba.Files;
using Plomba.Images;
using Plomba.Registry.Access;
using Plomba.Registry.Hosting;

namespace Plomba.Registry.Tests;

/// <summary>A registry really listening on a free port of 127.0.0.1, with its own data, and a client without manners.</summary>
public sealed class RunningRegistry : IAsyncDisposable
{
    private readonly RegistryServer _server;

    private RunningRegistry(TemporaryDirectory directory, RegistryServer server, TestSite site)
    {
        Directory = directory;
        _server = server;
        Site = site;
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(server.Addresses[0]) };
    }

    public TemporaryDirectory Directory { get; }

    public TestSite Site { get; }

    public HttpClient Http { get; }

    public Uri Url => Http.BaseAddress!;

    /// <summary>Host and port, as they stand in an image's name.</summary>
    public string Name => Url.Authority;

    public string DataDirectory => Directory.Combine("data");

    public IReadOnlyList<string> Addresses => _server.Addresses;

    public static async Task<RunningRegistry> StartAsync(
        Func<SiteView, SiteView>? site = null, Func<RegistryServerOptions, RegistryServerOptions>? options = null)
    {
        var directory = new TemporaryDirectory(prefix: "registry");
        var data = directory.Combine("data");
        var view = new SiteView
        {
            BaseUrl = "http://127.0.0.1",
            KeysDirectory = directory.Combine("data", "keys"),
            InboxesDirectory = directory.Combine("data", "staging"),
        };
        var source = new TestSite(site?.Invoke(view) ?? view);
        var settings = new RegistryServerOptions
        {
            DataDirectory = data,
            Site = source,
            Listen = [Listener.At(new IPEndPoint(IPAddress.Loopback, 0))],
            LogFormat = LogFormat.None,
        };
        var start = await RegistryServer.StartAsync(options?.Invoke(settings) ?? settings);
        var server = Assert.IsType<ServerStart.Started>(start).Server;
        source.Current = source.Current with { BaseUrl = server.Addresses[0] };
        return new RunningRegistry(directory, server, source);
    }

    /// <summary>A registry whose namespaces have makers; every account's password is its name backwards.</summary>
    public static async Task<RunningRegistry> WithAccountsAsync(params (string Namespace, string[] Makers)[] namespaces)
    {
        var passwords = Path.Combine(Path.GetTempPath(), $"htpasswd-{Guid.NewGuid():N}");
        var lines = namespaces.SelectMany(n => n.Makers).Append("reader").Distinct(StringComparer.Ordinal)
            .Select(name => $"{name}:{BCrypt.Net.BCrypt.HashPassword(PasswordOf(name), 4)}\n");
        await File.WriteAllTextAsync(passwords, string.Concat(lines));
        return await StartAsync(view => view with
        {
            PasswordsFile = passwords,
            Namespaces = [.. namespaces.Select(n => new NamespaceView(
                n.Namespace, n.Makers.ToHashSet(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal)))],
        });
    }

    public static string PasswordOf(string account) => new([.. account.Reverse()]);

    public static AuthenticationHeaderValue Basic(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    public static AuthenticationHeaderValue Basic(string account) => Basic(account, PasswordOf(account));

    public async Task<HttpResponseMessage> SendAsync(
        string method, string path, byte[]? body = null, string? type = null, AuthenticationHeaderValue? authorization = null,
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null || type is not null)
        {
            request.Content = new ByteArrayContent(body ?? []);
            if (type is not null)
                request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        request.Headers.Authorization = authorization;
        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
                request.Content!.Headers.TryAddWithoutValidation(name, value);
        }

        return await Http.SendAsync(request);
    }

    /// <summary>Pushes a blob in one request and returns its digest.</summary>
    public async Task<Digest> PushBlobAsync(string repository, byte[] content, AuthenticationHeaderValue? authorization = null)
    {
        var digest = Digest.Sha256(content);
        using var answer = await SendAsync("POST", $"/v2/{repository}/blobs/uploads/?digest={digest}", content, authorization: authorization);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return digest;
    }

    /// <summary>Pushes a small image whole; returns the manifest's bytes and digest.</summary>
    public async Task<(byte[] Manifest, Digest Digest)> PushImageAsync(
        string repository, string reference, string content = "x", AuthenticationHeaderValue? authorization = null)
    {
        var config = await PushBlobAsync(repository, Encoding.UTF8.GetBytes($$"""{"architecture":"amd64","os":"linux","comment":"{{content}}"}"""), authorization);
        var layer = await PushBlobAsync(repository, Encoding.UTF8.GetBytes($"layer {content}"), authorization);
        var manifest = TestManifests.Image(config, layer);
        using var answer = await SendAsync("PUT", $"/v2/{repository}/manifests/{reference}", manifest, MediaTypes.OciManifest, authorization);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return (manifest, Digest.Sha256(manifest));
    }

    /// <summary>A token for the scopes, asked for as clients do.</summary>
    public async Task<AuthenticationHeaderValue> TokenAsync(AuthenticationHeaderValue? login, params string[] scopes)
    {
        var query = string.Concat(scopes.Select(s => $"&scope={Uri.EscapeDataString(s)}"));
        using var answer = await SendAsync("GET", $"/auth/token?service={Name}{query}", authorization: login);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return new AuthenticationHeaderValue("Bearer", json.RootElement.GetProperty("token").GetString());
    }

    /// <summary>Asserts a refusal in the specification's shape and returns its message.</summary>
    public static async Task<string> RefusedAsync(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == status, $"{answer.StatusCode}: {body}");
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        using var json = JsonDocument.Parse(body);
        var error = Assert.Single(json.RootElement.GetProperty("errors").EnumerateArray());
        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.DoesNotContain("   at ", body, StringComparison.Ordinal);
        return error.GetProperty("message").GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _server.DisposeAsync();
        if (Site.Current.PasswordsFile is { } passwords)
            File.Delete(passwords);
        Directory.Dispose();
    }
}

/// <summary>A site that tests change while the server runs.</summary>
public sealed class TestSite(SiteView view) : ISiteSource
{
    private volatile SiteView _current = view;

    public SiteView Current
    {
        get => _current;
        set => _current = value;
    }
}
