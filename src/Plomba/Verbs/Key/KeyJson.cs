using System.Text.Json.Serialization;
using Plomba.Transfer.Signing;
using Plomba.Trust.Keys;

namespace Plomba.Verbs.Key;

/// <summary>A key as <c>--output json</c> of the key verbs tells it: stable, camelCase, times in RFC 3339 UTC.</summary>
internal sealed record KeyJson(
    string Fingerprint,
    IReadOnlyList<string> UserIds,
    string Algorithm,
    DateTime Created,
    DateTime? Expires,
    bool Revoked,
    bool Usable,
    string? Problem,
    IReadOnlyList<SubkeyJson> Subkeys,
    bool? Secret,
    string? File)
{
    public static KeyJson Of(KeyInfo key, bool? secret = null, string? file = null) => new(
        key.Fingerprint.Text,
        key.UserIds,
        key.Algorithm,
        key.Created.UtcDateTime,
        key.Expires?.UtcDateTime,
        key.IsRevoked,
        key.CanSign,
        key.SigningProblem,
        [.. key.Subkeys.Select(SubkeyJson.Of)],
        secret,
        file);
}

internal sealed record SubkeyJson(
    string Fingerprint, string Algorithm, IReadOnlyList<string> Usage, DateTime Created, DateTime? Expires, bool Revoked, bool Usable, string? Problem)
{
    public static SubkeyJson Of(SubkeyInfo subkey) => new(
        subkey.Fingerprint.Text,
        subkey.Algorithm,
        subkey.Usage,
        subkey.Created.UtcDateTime,
        subkey.Expires?.UtcDateTime,
        subkey.IsRevoked,
        subkey.SigningProblem is null,
        subkey.SigningProblem);
}

internal sealed record MadeKeyJson(KeyJson Key, string? File, string? Revocation)
{
    public static MadeKeyJson Of(MadeKey made) => new(KeyJson.Of(made.Key, secret: true), made.File, made.Revocation);
}

internal sealed record MadeTufKeyJson(string Name, string Key, string KeyId, string File);

/// <summary>A sigstore key: <c>secretFile</c> only when it was made just now.</summary>
internal sealed record SigstoreKeyJson(string Id, string Type, string Algorithm, string File, string? SecretFile);

internal sealed record ImportedKeyJson(KeyJson Key, string Into);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(KeyJson[]))]
[JsonSerializable(typeof(MadeKeyJson))]
[JsonSerializable(typeof(MadeTufKeyJson))]
[JsonSerializable(typeof(ImportedKeyJson))]
[JsonSerializable(typeof(SigstoreKeyJson))]
internal sealed partial class KeyJsonContext : JsonSerializerContext;
