using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Plomba.Images;

namespace Plomba.Registry.Tests.Access;

/// <summary>A registry with accounts: alice makes alt, bob makes beta.</summary>
public sealed class AccessTests : IAsyncLifetime
{
    private static readonly AuthenticationHeaderValue Alice = RunningRegistry.Basic("alice");
    private static readonly AuthenticationHeaderValue Bob = RunningRegistry.Basic("bob");
    private RunningRegistry _registry = null!;

    public async ValueTask InitializeAsync() => _registry = await RunningRegistry.WithAccountsAsync(("alt", ["alice"]), ("beta", ["bob"]));

    public ValueTask DisposeAsync() => _registry.DisposeAsync();

    [Fact]
    public async Task The_base_asks_for_a_token_and_tells_of_signatures_at_once()
    {
        using var answer = await _registry.SendAsync("GET", "/v2/", headers: ("Host", "evil.example"));
        await RunningRegistry.RefusedAsync(answer, HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        Assert.Equal(
            $"Bearer realm=\"{_registry.Url.GetLeftPart(UriPartial.Authority)}/auth/token\",service=\"{_registry.Name}\"",
            answer.Headers.WwwAuthenticate.ToString().Replace(", ", ",", StringComparison.Ordinal));
        Assert.Equal("1", Assert.Single(answer.Headers.GetValues("X-Registry-Supports-Signatures")));
    }

    [Fact]
    public async Task The_site_can_keep_quiet_about_the_extension_which_stays()
    {
        _registry.Site.Current = _registry.Site.Current with { SignatureExtension = false };
        using var answer = await _registry.SendAsync("GET", "/v2/");
        Assert.False(answer.Headers.Contains("X-Registry-Supports-Signatures"));
        using var list = await _registry.SendAsync("GET", $"/extensions/v2/alt/x/signatures/{Digest.Sha256("x"u8)}");
        Assert.Equal("{\"signatures\":[]}", await list.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("alice", HttpStatusCode.OK)]
    [InlineData("reader", HttpStatusCode.OK)]
    public async Task An_account_is_known_at_the_base(string account, HttpStatusCode status)
    {
        using var answer = await _registry.SendAsync("GET", "/v2/", authorization: RunningRegistry.Basic(account));
        Assert.Equal(status, answer.StatusCode);
        using var token = await _registry.SendAsync("GET", "/v2/", authorization: await _registry.TokenAsync(RunningRegistry.Basic(account)));
        Assert.Equal(status, token.StatusCode);
    }

    [Fact]
    public async Task Everybody_pulls_with_an_anonymous_token_or_without_any()
    {
        await _registry.PushImageAsync("alt/x", "v1", authorization: Alice);
        var token = await _registry.TokenAsync(null, "repository:alt/x:pull");
        foreach (var authorization in new[] { token, null, RunningRegistry.Basic("", "") })
        {
            using var answer = await _registry.SendAsync("GET", "/v2/alt/x/manifests/v1", authorization: authorization);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task An_anonymous_push_is_told_what_token_it_takes()
    {
        using var answer = await _registry.SendAsync("POST", "/v2/alt/x/blobs/uploads/");
        await RunningRegistry.RefusedAsync(answer, HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        Assert.Contains("scope=\"repository:alt/x:pull,push\"", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_maker_pushes_in_the_own_namespace_alone()
    {
        await _registry.PushImageAsync("alt/x", "v1", authorization: Alice);
        using var foreign = await _registry.SendAsync("POST", "/v2/beta/x/blobs/uploads/", authorization: Alice);
        await RunningRegistry.RefusedAsync(foreign, HttpStatusCode.Unauthorized, "DENIED");
        Assert.Contains("error=\"insufficient_scope\"", foreign.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        using var nowhere = await _registry.SendAsync("POST", "/v2/gamma/x/blobs/uploads/", authorization: Alice);
        await RunningRegistry.RefusedAsync(nowhere, HttpStatusCode.Unauthorized, "DENIED");
        using var neighbour = await _registry.SendAsync("POST", "/v2/alternative/x/blobs/uploads/", authorization: Alice);
        await RunningRegistry.RefusedAsync(neighbour, HttpStatusCode.Unauthorized, "DENIED");
    }

    [Theory]
    [InlineData("PUT", "/v2/alt/x/manifests/v1")]
    [InlineData("DELETE", "/v2/alt/x/manifests/v1")]
    [InlineData("DELETE", "/v2/alt/x/blobs/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("POST", "/v2/alt/x/blobs/uploads/?digest=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("GET", "/v2/alt/x/blobs/uploads/00000000000000000000000000000000")]
    [InlineData("PUT", "/extensions/v2/alt/x/signatures/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    public async Task Every_change_is_for_makers(string method, string path)
    {
        foreach (var who in new[] { null, Bob, RunningRegistry.Basic("reader"), await _registry.TokenAsync(Bob, "repository:alt/x:*") })
        {
            using var answer = await _registry.SendAsync(method, path, [], "application/json", who);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_token_grants_what_was_asked_for_and_no_more()
    {
        var pull = await _registry.TokenAsync(Alice, "repository:alt/x:pull");
        using var push = await _registry.SendAsync("POST", "/v2/alt/x/blobs/uploads/", authorization: pull);
        Assert.Equal(HttpStatusCode.Unauthorized, push.StatusCode);
        var other = await _registry.TokenAsync(Alice, "repository:alt/y:pull,push");
        using var elsewhere = await _registry.SendAsync("POST", "/v2/alt/x/blobs/uploads/", authorization: other);
        Assert.Equal(HttpStatusCode.Unauthorized, elsewhere.StatusCode);
        var right = await _registry.TokenAsync(Alice, "repository:alt/y:pull repository:alt/x:pull,push");
        using var begun = await _registry.SendAsync("POST", "/v2/alt/x/blobs/uploads/", authorization: right);
        Assert.Equal(HttpStatusCode.Accepted, begun.StatusCode);
    }

    [Fact]
    public async Task A_delete_needs_its_own_right_or_all()
    {
        var (_, digest) = await _registry.PushImageAsync("alt/delete", "v1", authorization: Alice);
        var push = await _registry.TokenAsync(Alice, "repository:alt/delete:pull,push");
        using var refused = await _registry.SendAsync("DELETE", $"/v2/alt/delete/manifests/{digest}", authorization: push);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Contains("scope=\"repository:alt/delete:delete\"", refused.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        var all = await _registry.TokenAsync(Alice, "repository:alt/delete:*");
        using var deleted = await _registry.SendAsync("DELETE", $"/v2/alt/delete/manifests/{digest}", authorization: all);
        Assert.Equal(HttpStatusCode.Accepted, deleted.StatusCode);
    }

    [Fact]
    public async Task A_maker_who_is_none_any_more_loses_the_right_at_once()
    {
        var token = await _registry.TokenAsync(Alice, "repository:alt/x:pull,push");
        var site = _registry.Site.Current;
        _registry.Site.Current = site with { Namespaces = [.. site.Namespaces.Select(n => n with { Makers = new HashSet<string>(StringComparer.Ordinal) })] };
        using var answer = await _registry.SendAsync("POST", "/v2/alt/x/blobs/uploads/", authorization: token);
        await RunningRegistry.RefusedAsync(answer, HttpStatusCode.Unauthorized, "DENIED");
    }

    [Fact]
    public async Task The_tokens_of_a_removed_account_are_worth_nothing_at_once()
    {
        var token = await _registry.TokenAsync(RunningRegistry.Basic("alice"), "repository:alt/x:pull,push");
        using var before = await _registry.SendAsync("POST", "/v2/alt/x/blobs/uploads/", authorization: token);
        Assert.Equal(HttpStatusCode.Accepted, before.StatusCode);
        var file = _registry.Site.Current.PasswordsFile!;
        var others = (await File.ReadAllLinesAsync(file)).Where(line => !line.StartsWith("alice:", StringComparison.Ordinal));
        await File.WriteAllLinesAsync(file, others);
        using var after = await _registry.SendAsync("POST", "/v2/alt/x/blobs/uploads/", authorization: token);
        await RunningRegistry.RefusedAsync(after, HttpStatusCode.Unauthorized, "UNAUTHORIZED");
    }

    [Fact]
    public async Task An_upload_belongs_to_who_began_it()
    {
        var site = _registry.Site.Current;
        var both = new HashSet<string>(StringComparer.Ordinal) { "alice", "bob" };
        _registry.Site.Current = site with { Namespaces = [.. site.Namespaces.Select(n => n with { Makers = both })] };
        using var begun = await _registry.SendAsync("POST", "/v2/alt/x/blobs/uploads/", authorization: Alice);
        using var other = await _registry.SendAsync("GET", begun.Headers.Location!.ToString(), authorization: Bob);
        await RunningRegistry.RefusedAsync(other, HttpStatusCode.NotFound, "BLOB_UPLOAD_UNKNOWN");
    }

    [Theory]
    [InlineData("alice", "wrong")]
    [InlineData("nobody", "x")]
    [InlineData("alice", "")]
    [InlineData("", "x")]
    public async Task A_wrong_password_is_refused_everywhere(string user, string password)
    {
        foreach (var path in new[] { "/v2/", "/auth/token?service=x", "/v2/alt/x/tags/list" })
        {
            using var answer = await _registry.SendAsync("GET", path, authorization: RunningRegistry.Basic(user, password));
            await RunningRegistry.RefusedAsync(answer, HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        }
    }

    [Theory]
    [InlineData("Basic !!!")]
    [InlineData("Basic YWxpY2U=")]
    [InlineData("Bearer rubbish")]
    [InlineData("Negotiate abc")]
    [InlineData("Basic")]
    public async Task A_header_that_proves_nothing_is_not_taken_for_anonymous(string header)
    {
        using var answer = await _registry.SendAsync("GET", "/v2/alt/x/tags/list", headers: ("Authorization", header));
        await RunningRegistry.RefusedAsync(answer, HttpStatusCode.Unauthorized, "UNAUTHORIZED");
    }

    [Fact]
    public async Task A_token_is_had_by_a_form_as_well()
    {
        var form = Encoding.UTF8.GetBytes($"grant_type=password&username=alice&password={RunningRegistry.PasswordOf("alice")}&service=x&scope=repository%3Aalt%2Fx%3Apull%2Cpush");
        using var answer = await _registry.SendAsync("POST", "/auth/token", form, "application/x-www-form-urlencoded");
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(300, json.RootElement.GetProperty("expires_in").GetInt32());
        var token = new AuthenticationHeaderValue("Bearer", json.RootElement.GetProperty("access_token").GetString());
        using var begun = await _registry.SendAsync("POST", "/v2/alt/x/blobs/uploads/", authorization: token);
        Assert.Equal(HttpStatusCode.Accepted, begun.StatusCode);
    }

    [Theory]
    [InlineData("grant_type=refresh_token&refresh_token=x")]
    [InlineData("")]
    public async Task Another_form_is_refused(string form)
    {
        using var answer = await _registry.SendAsync("POST", "/auth/token", Encoding.UTF8.GetBytes(form), "application/x-www-form-urlencoded");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("multipart/form-data", "grant_type=password")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"grant_type\"\r\n\r\npassword")]
    [InlineData("application/json", "{}")]
    [InlineData("nonsense", "grant_type=password")]
    public async Task What_is_no_form_is_refused(string type, string body)
    {
        using var answer = await _registry.SendAsync("POST", "/auth/token", Encoding.UTF8.GetBytes(body), type);
        await RunningRegistry.RefusedAsync(answer, HttpStatusCode.BadRequest, "UNSUPPORTED");
    }

    [Fact]
    public async Task A_form_that_abuses_its_freedom_gets_no_token_and_breaks_nothing()
    {
        const string login = "grant_type=password&username=alice&password=";
        var forms = new[]
        {
            ("", string.Join('&', Enumerable.Range(0, 3000).Select(i => $"a{i}=1"))),
            ("", new string('a', 5000) + "=1"),
            ("; charset=utf-7", login),
            ("", $"{login}x%00"),
            ("", $"{login}%ff%fe%ed%a0%80"),
            ("", $"{login}{new string('x', 2000)}"),
            ("", $"{login}{RunningRegistry.PasswordOf("alice")}&username=bob"),
            ("", new string('a', 70_000)),
        };
        foreach (var (charset, form) in forms)
        {
            using var answer = await _registry.SendAsync(
                "POST", "/auth/token", Encoding.UTF8.GetBytes(form), $"application/x-www-form-urlencoded{charset}");
            Assert.InRange((int)answer.StatusCode, 400, 401);
        }
    }

    [Fact]
    public async Task Signatures_and_keys_need_no_login()
    {
        foreach (var path in new[] { "/keys/", "/healthz" })
        {
            using var answer = await _registry.SendAsync("GET", path);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        using var lookaside = await _registry.SendAsync("GET", $"/sigstore/alt/x@sha256={new string('0', 64)}/signature-1");
        Assert.Equal(HttpStatusCode.NotFound, lookaside.StatusCode);
    }

    [Fact]
    public async Task The_most_specific_namespace_decides_alone()
    {
        var site = _registry.Site.Current;
        var inner = new Plomba.Registry.Access.NamespaceView(
            "alt/inner", new HashSet<string>(StringComparer.Ordinal) { "bob" }, new HashSet<string>(StringComparer.Ordinal));
        _registry.Site.Current = site with { Namespaces = [.. site.Namespaces, inner] };
        using var alice = await _registry.SendAsync("POST", "/v2/alt/inner/x/blobs/uploads/", authorization: Alice);
        Assert.Equal(HttpStatusCode.Unauthorized, alice.StatusCode);
        using var bob = await _registry.SendAsync("POST", "/v2/alt/inner/x/blobs/uploads/", authorization: Bob);
        Assert.Equal(HttpStatusCode.Accepted, bob.StatusCode);
    }
}
