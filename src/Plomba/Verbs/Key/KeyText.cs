using System.Globalization;
using Plomba.Trust.Keys;

namespace Plomba.Verbs.Key;

/// <summary>A key for people.</summary>
internal static class KeyText
{
    /// <summary>One line: what a list shows.</summary>
    public static string Line(KeyInfo key, string kind) => $"{kind,-6}  {key.Fingerprint}  {key.Algorithm,-8}  {State(key),-18}  {key.Name}";

    /// <summary>All there is to know, one thing a line.</summary>
    public static IEnumerable<string> Lines(KeyInfo key, bool? secret)
    {
        yield return $"fingerprint  {Grouped(key.Fingerprint)}";
        foreach (var user in key.UserIds)
            yield return $"user id      {user}";
        yield return $"algorithm    {key.Algorithm}";
        yield return $"created      {Day(key.Created)}";
        yield return $"expires      {Expiry(key.Expires)}";
        yield return $"revoked      {(key.IsRevoked ? "yes" : "no")}";
        foreach (var subkey in key.Subkeys)
            yield return $"subkey       {subkey.Fingerprint}  {subkey.Algorithm}  {string.Join(", ", subkey.Usage)}  expires {Expiry(subkey.Expires)}{(subkey.IsRevoked ? "  revoked" : "")}";
        if (secret is { } here)
            yield return $"secret key   {(here ? "yes" : "no")}";
        yield return $"signatures   {(key.SigningProblem is { } problem ? $"do not count: {problem}" : "count")}";
    }

    private static string State(KeyInfo key) => key switch
    {
        { IsRevoked: true } => "revoked",
        { CanSign: false } => "does not count",
        { Expires: { } time } => $"expires {Day(time)}",
        _ => "never expires",
    };

    private static string Grouped(Fingerprint fingerprint) => string.Join(' ', fingerprint.Text.Chunk(4).Select(c => new string(c)));

    private static string Expiry(DateTimeOffset? time) => time is { } at ? Day(at) : "never";

    private static string Day(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
