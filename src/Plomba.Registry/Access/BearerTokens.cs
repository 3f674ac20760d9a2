using System.Buffers;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Plomba.Images;

namespace Plomba.Registry.Access;

/// <summary>A token and how long it holds.</summary>
internal readonly record struct IssuedToken(string Text, DateTimeOffset IssuedAt, TimeSpan Lifetime);

/// <summary>
/// Issues and checks the bearer tokens of the built-in token service: JWT, ES256, this registry's own key and nothing else; whatever a
/// token's header says of keys (<c>jwk</c>, <c>kid</c>, <c>jku</c>, <c>x5c</c>) is not looked at. Thread-safe.
/// </summary>
internal sealed class BearerTokens(ECDsa key, TimeProvider clock) : IDisposable
{
    /// <summary>How long a token holds. Clients take at least 60 s for granted; a request is checked when it begins.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>Longest token looked at, in characters.</summary>
    public const int MaximumLength = 16 * 1024;

    private const int MaximumRemembered = 4096;

    private readonly ECDsaSecurityKey _key = new(key);
    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = MaximumLength, SetDefaultTimesOnTokenCreation = false };
    private readonly ConcurrentDictionary<string, Checked> _checked = new(StringComparer.Ordinal);

    /// <summary>
    /// Makes a token of <paramref name="service"/> (issuer and audience) that grants <paramref name="grants"/> to
    /// <paramref name="account"/> (empty: anonymous).
    /// </summary>
    public IssuedToken Issue(string service, string account, IEnumerable<TokenScope> grants)
    {
        var now = clock.GetUtcNow();
        var text = _handler.CreateToken(
            Payload(service, account, grants, now), new SigningCredentials(_key, SecurityAlgorithms.EcdsaSha256));
        return new IssuedToken(text, now, Lifetime);
    }

    /// <summary>The caller a token speaks for; null when it is not one of ours, is expired, or was made for another service.</summary>
    public async ValueTask<Caller?> CheckAsync(string service, string token)
    {
        if (token.Length > MaximumLength)
            return null;
        var now = clock.GetUtcNow();
        if (_checked.TryGetValue(token, out var known) && known.Service == service)
            return known.Expires > now ? known.Caller : null;
        var result = await _handler.ValidateTokenAsync(token, Parameters(service));
        if (!result.IsValid || result.SecurityToken is not JsonWebToken jwt || Read(jwt) is not { } caller)
            return null;
        if (_checked.Count >= MaximumRemembered)
            _checked.Clear();
        _checked[token] = new Checked(caller, service, new DateTimeOffset(jwt.ValidTo, TimeSpan.Zero));
        return caller;
    }

    /// <inheritdoc/>
    public void Dispose() => key.Dispose();

    private TokenValidationParameters Parameters(string service) => new()
    {
        ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
        ValidTypes = ["JWT"],
        IssuerSigningKeyResolver = (_, _, _, _) => [_key],
        ValidIssuer = service,
        ValidAudience = service,
        RequireExpirationTime = true,
        RequireSignedTokens = true,
        ClockSkew = TimeSpan.Zero,
        LifetimeValidator = (from, to, _, _) => from <= clock.GetUtcNow().UtcDateTime && to > clock.GetUtcNow().UtcDateTime,
    };

    private static string Payload(string service, string account, IEnumerable<TokenScope> grants, DateTimeOffset now)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("iss", service);
            json.WriteString("aud", service);
            json.WriteString("sub", account);
            json.WriteNumber("iat", now.ToUnixTimeSeconds());
            json.WriteNumber("nbf", now.ToUnixTimeSeconds());
            json.WriteNumber("exp", (now + Lifetime).ToUnixTimeSeconds());
            json.WriteString("jti", Guid.NewGuid().ToString("N"));
            json.WriteStartArray("access");
            foreach (var grant in grants)
                WriteGrant(json, grant);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteGrant(Utf8JsonWriter json, TokenScope grant)
    {
        var (type, name) = grant.Resource;
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WriteString("name", name);
        json.WriteStartArray("actions");
        foreach (var action in grant.Repository is null ? ["*"] : grant.Rights.Actions())
            json.WriteStringValue(action);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    // The signature is ours, so the shape is too; it is still read as if it were not.
    private static Caller? Read(JsonWebToken token)
    {
        using var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(token.EncodedPayload));
        if (!payload.RootElement.TryGetProperty("sub", out var subject) || subject.GetString() is not { } account
            || !payload.RootElement.TryGetProperty("access", out var access) || access.ValueKind != JsonValueKind.Array)
            return null;
        var grants = new List<TokenScope>();
        foreach (var entry in access.EnumerateArray())
        {
            if (entry.GetProperty("type").ValueEquals("repository"u8)
                && RepositoryName.TryParse(entry.GetProperty("name").GetString(), out var repository))
                grants.Add(new TokenScope(repository, entry.GetProperty("actions").EnumerateArray()
                    .Aggregate(Rights.None, (rights, action) => rights | RightsRules.ParseAction(action.GetString()))));
        }

        return new Caller(account, grants);
    }

    private sealed record Checked(Caller Caller, string Service, DateTimeOffset Expires);
}
