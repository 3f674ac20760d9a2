using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Plomba.Transfer.Registries.Http;

namespace Plomba.Transfer.Registries;

/// <summary>
/// Fetches bearer tokens (distribution token authentication; OAuth2 refresh for identity tokens) and keeps them until
/// shortly before they expire. A login goes only to https, or to the registry's own address when that is plain HTTP by the
/// user's choice. Thread-safe.
/// </summary>
internal sealed class TokenServer(HttpTransport transport, Uri registry, TimeProvider clock)
{
    private const int LongestToken = 1024 * 1024;
    private const int ShortestLife = 60;

    private readonly ConcurrentDictionary<(string Realm, string Service, string Scope), Lazy<Task<Token>>> _kept = new();

    private readonly record struct Token(string Text, DateTimeOffset Expires);

    /// <summary>A token for a scope.</summary>
    /// <param name="challenge">Names the server (<c>realm</c>) and the service.</param>
    /// <param name="scope">What the token is to allow.</param>
    /// <param name="login">The stored login, or null for an anonymous token.</param>
    /// <param name="isNew">Do not take a kept one.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="TransferException">The server cannot be asked or gives none.</exception>
    public async Task<string> GetAsync(Challenge challenge, string scope, Credentials? login, bool isNew, CancellationToken cancellation)
    {
        var key = (challenge["realm"] ?? "", challenge["service"] ?? "", scope);
        while (true)
        {
            // Many images of one repository ask at once: one request answers them all.
            var lazy = _kept.GetOrAdd(key, k => new Lazy<Task<Token>>(() => FetchAsync(k.Realm, k.Service, k.Scope, login)));
            var mine = !lazy.IsValueCreated;
            try
            {
                var token = await lazy.Value.WaitAsync(cancellation);
                if (mine || (!isNew && token.Expires > clock.GetUtcNow()))
                    return token.Text;
            }
            catch
            {
                _kept.TryRemove(KeyValuePair.Create(key, lazy));
                throw;
            }

            _kept.TryRemove(KeyValuePair.Create(key, lazy));
        }
    }

    private async Task<Token> FetchAsync(string realm, string service, string scope, Credentials? login)
    {
        if (!Uri.TryCreate(realm, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            throw new TransferException(TransferTrouble.Protocol, Language.Text.Say($"missing realm in bearer auth challenge of {registry.Authority}"));
        var isOwn = uri.Scheme == registry.Scheme && uri.Authority == registry.Authority;
        if (login is not null && uri.Scheme != "https" && !isOwn)
            throw new TransferException(TransferTrouble.Denied, Language.Text.Say($"credentials for {registry.Authority} are not sent to http://{uri.Authority}: the token server of a registry must use https"));
        var started = clock.GetUtcNow();
        var answer = await transport.FetchAsync(Call(uri, service, scope, login, !isOwn), LongestToken, CancellationToken.None);
        if (answer.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            var said = ServerError.From(answer).Message;
            throw new TransferException(
                TransferTrouble.Denied,
                login is null ? Language.Text.Say($"unable to retrieve auth token: {said}") : Language.Text.Say($"unable to retrieve auth token: invalid username/password: {said}"));
        }

        return answer.IsOk
            ? Read(answer.Body, started)
            : throw new TransferException(TransferTrouble.Protocol, Language.Text.Say($"requesting bearer token: {ServerError.Unexpected(answer)}"));
    }

    private static Call Call(Uri realm, string service, string scope, Credentials? login, bool isForeign)
    {
        if (login?.IdentityToken is { } refresh)
        {
            var form = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["grant_type"] = "refresh_token",
                ["refresh_token"] = refresh,
                ["client_id"] = "plomba",
                ["service"] = service,
                ["scope"] = scope,
            };
            return new Call(realm) { Method = HttpMethod.Post, Form = form, IsForeign = isForeign };
        }

        var query = new List<string>();
        if (realm.Query.Length > 1)
            query.Add(realm.Query[1..]);
        if (login is not null)
            query.Add($"account={Uri.EscapeDataString(login.User)}");
        if (service.Length > 0)
            query.Add($"service={Uri.EscapeDataString(service)}");
        query.Add($"scope={Uri.EscapeDataString(scope)}");
        var uri = new UriBuilder(realm) { Query = string.Join('&', query), UserName = "", Password = "" }.Uri;
        return new Call(uri)
        {
            Authorization = login is null ? null : new AuthenticationHeaderValue("Basic", login.Basic),
            IsForeign = isForeign,
        };
    }

    // {"token" or "access_token", "expires_in" seconds, "issued_at"}
    private static Token Read(byte[] body, DateTimeOffset started)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            var text = Text(root, "token") ?? Text(root, "access_token")
                ?? throw new TransferException(TransferTrouble.Protocol, Language.Text.Say("the token server's answer holds no token"));
            if (text.AsSpan().ContainsAnyExceptInRange('!', '~'))
                throw new TransferException(TransferTrouble.Protocol, Language.Text.Say("the token server's answer holds no usable token"));
            var life = root.TryGetProperty("expires_in", out var seconds) && seconds.TryGetInt32(out var given) ? Math.Max(given, ShortestLife) : ShortestLife;
            return new Token(text, started.AddSeconds(life - 5));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new TransferException(TransferTrouble.Protocol, Language.Text.Say("the token server's answer is not a JSON object"), e);
        }
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
}
