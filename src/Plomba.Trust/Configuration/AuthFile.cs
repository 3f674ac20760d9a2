using System.Text;
using System.Text.Json;
using Plomba.Trust.Json;

namespace Plomba.Trust.Configuration;

/// <summary>A stored login. Holds secrets: never print it.</summary>
/// <param name="User">The user name; empty when only an identity token is stored.</param>
/// <param name="Password">The password; empty when only an identity token is stored.</param>
/// <param name="IdentityToken">An OAuth2 refresh token; null when there is none.</param>
public sealed record StoredLogin(string User, string Password, string? IdentityToken)
{
    /// <inheritdoc/>
    public override string ToString() => $"login of {User}";
}

/// <summary>
/// One credentials file: <c>auth.json</c> as podman, skopeo and docker write it, or the legacy <c>~/.dockercfg</c>
/// whose top level is the map of logins (TRUST.md §10.1). Immutable.
/// </summary>
public sealed class AuthFile
{
    private readonly Dictionary<string, StoredText> _logins = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _helpers = new(StringComparer.Ordinal);
    private readonly bool _legacy;

    private AuthFile(bool legacy) => _legacy = legacy;

    /// <summary>Reads a file's content.</summary>
    /// <param name="json">The whole file.</param>
    /// <param name="legacy">The form of <c>~/.dockercfg</c>.</param>
    /// <exception cref="JsonException">
    /// It is not JSON, or not of this shape. The message holds no part of the file. Whether a login can be decoded is asked
    /// only of the one that is looked up: a broken one for another registry does no harm.
    /// </exception>
    public static AuthFile Parse(ReadOnlyMemory<byte> json, bool legacy = false)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Read(document.RootElement, legacy);
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException(Language.Text.Say("a name or value in the credentials file is not valid Unicode"), e);
        }
    }

    private static AuthFile Read(JsonElement root, bool legacy)
    {
        var file = new AuthFile(legacy);
        if (legacy)
        {
            file.ReadLogins(root);
            return file;
        }

        foreach (var member in Object(root, Language.Text.Say("the credentials file")).EnumerateObject())
        {
            if (Is(member, "auths"))
                file.ReadLogins(member.Value);
            else if (Is(member, "credHelpers"))
                file.ReadHelpers(member.Value);
        }

        return file;
    }

    /// <summary>The credential helper configured for exactly this registry host (<c>credHelpers</c>), or null.</summary>
    public string? HelperFor(string registry) => _helpers.GetValueOrDefault(registry);

    /// <summary>
    /// The login for a repository <c>host/path</c> or a host: by exact key from the repository up to the host, then by
    /// keys normalised (scheme and path stripped, Docker Hub's names equal). Null when nothing is stored.
    /// </summary>
    /// <exception cref="JsonException">The login found is not base64. The message holds no part of the file.</exception>
    public StoredLogin? Find(string key)
    {
        var registry = HostOf(key);
        if (_legacy)
            key = registry;
        for (var at = key; ; at = at[..at.LastIndexOf('/')])
        {
            if (_logins.TryGetValue(at, out var login))
                return Decode(login);
            if (!at.Contains('/', StringComparison.Ordinal))
                break;
        }

        var normalized = NormalizeHost(registry);
        return _logins.FirstOrDefault(entry => NormalizeKey(entry.Key, _legacy) == normalized).Value is { } other ? Decode(other) : null;
    }

    /// <summary>A key as it is compared in the second round: <c>https://index.docker.io/v1/</c> is <c>index.docker.io</c>.</summary>
    public static string NormalizeKey(string key, bool legacy)
    {
        var stripped = WithoutScheme(key);
        if (legacy || stripped.Length != key.Length)
            stripped = HostOf(stripped);
        return NormalizeHost(stripped);
    }

    private static string NormalizeHost(string host) => host is "docker.io" or "registry-1.docker.io" ? "index.docker.io" : host;

    private static string HostOf(string key) => key.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash ? key[..slash] : key;

    private static string WithoutScheme(string key) =>
        key.StartsWith("http://", StringComparison.Ordinal) ? key[7..]
        : key.StartsWith("https://", StringComparison.Ordinal) ? key[8..]
        : key;

    private void ReadLogins(JsonElement logins)
    {
        if (logins.ValueKind == JsonValueKind.Null)
            return;
        foreach (var entry in Object(logins, "auths").EnumerateObject())
            _logins[entry.Name] = ReadLogin(entry.Value);
    }

    private void ReadHelpers(JsonElement helpers)
    {
        if (helpers.ValueKind == JsonValueKind.Null)
            return;
        foreach (var entry in Object(helpers, "credHelpers").EnumerateObject())
            _helpers[entry.Name] = entry.Value.GetString() ?? "";
    }

    private static StoredText ReadLogin(JsonElement login)
    {
        var (auth, token) = ("", "");
        if (login.ValueKind == JsonValueKind.Null)
            return new StoredText(auth, token);
        foreach (var member in Object(login, Language.Text.Say("a login")).EnumerateObject())
        {
            if (Is(member, "auth"))
                auth = Text(member) ?? auth;
            else if (Is(member, "identitytoken"))
                token = Text(member) ?? token;
        }

        return new StoredText(auth, token);
    }

    // Without a colon there is no user: the entry counts as empty, as it does for docker.
    private static StoredLogin Decode(StoredText stored)
    {
        if (!StrictBase64.TryDecode(stored.Auth, out var bytes))
            throw new JsonException(Language.Text.Say("a login's \"auth\" is not base64"));
        var text = Encoding.UTF8.GetString(bytes);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0
            ? new StoredLogin("", "", null)
            : new StoredLogin(text[..colon], text[(colon + 1)..].Trim('\0'), stored.IdentityToken.Length == 0 ? null : stored.IdentityToken);
    }

    // The names of the file's own members count in any case, as in every program that reads these files; keys do not.
    private static bool Is(JsonProperty member, string name) => string.Equals(member.Name, name, StringComparison.OrdinalIgnoreCase);

    private static string? Text(JsonProperty member) => member.Value.ValueKind switch
    {
        JsonValueKind.String => member.Value.GetString(),
        JsonValueKind.Null => null,
        _ => throw new JsonException(Language.Text.Say("what a login holds must be strings")),
    };

    private static JsonElement Object(JsonElement element, string what) =>
        element.ValueKind == JsonValueKind.Object ? element : throw new JsonException(Language.Text.Say($"{what} must be a JSON object"));

    private sealed record StoredText(string Auth, string IdentityToken);
}
