using System.Globalization;
using Plomba.Trust.Keys;
using Plomba.Trust.Sigstore;

namespace Plomba.Verbs.Key;

/// <summary>A key for people.</summary>
internal static class KeyText
{
    /// <summary>One line: what a list shows.</summary>
    public static string Line(KeyInfo key, bool isSecret)
    {
        var (secret, @public) = (Text.Say("secret"), Text.Say("public"));
        var kind = (isSecret ? secret : @public).PadRight(Math.Max(secret.Length, @public.Length));
        return $"{kind}  {key.Fingerprint}  {key.Algorithm,-8}  {State(key),-18}  {key.Name}";
    }

    /// <summary>All there is to know of a sigstore key, one thing a line.</summary>
    public static IEnumerable<string> Lines(SigstoreKeyInfo key) =>
        Lines([(Text.Say("key id"), key.Id), (Text.Say("algorithm"), $"{key.Algorithm}"), (Text.Say("kind"), "sigstore")]);

    /// <summary>All there is to know, one thing a line.</summary>
    public static IEnumerable<string> Lines(KeyInfo key, bool? secret) => Lines([.. Facts(key, secret)]);

    private static IEnumerable<string> Lines(List<(string Name, string Value)> facts)
    {
        var width = Math.Max(11, facts.Max(fact => fact.Name.Length));
        return facts.Select(fact => $"{fact.Name.PadRight(width)}  {fact.Value}");
    }

    private static IEnumerable<(string Name, string Value)> Facts(KeyInfo key, bool? secret)
    {
        yield return (Text.Say("fingerprint"), Grouped(key.Fingerprint));
        foreach (var user in key.UserIds)
            yield return (Text.Say("user id"), user);
        yield return (Text.Say("algorithm"), $"{key.Algorithm}");
        yield return (Text.Say("created"), Day(key.Created));
        yield return (Text.Say("expires"), Expiry(key.Expires));
        yield return (Text.Say("revoked"), YesOrNo(key.IsRevoked));
        foreach (var subkey in key.Subkeys)
            yield return (Text.Say("subkey"), Describe(subkey));
        if (secret is { } here)
            yield return (Text.Say("secret key"), YesOrNo(here));
        yield return (Text.Say("signatures"), key.SigningProblem is { } problem ? Text.Say($"do not count: {problem}") : Text.Say("count"));
    }

    private static string Describe(SubkeyInfo subkey)
    {
        var what = $"{subkey.Fingerprint}  {subkey.Algorithm}  {string.Join(", ", subkey.Usage)}";
        return subkey.IsRevoked ? Text.Say($"{what}  expires {Expiry(subkey.Expires)}  revoked") : Text.Say($"{what}  expires {Expiry(subkey.Expires)}");
    }

    private static string YesOrNo(bool value) => value ? Text.Say("yes") : Text.Say("no");

    private static string State(KeyInfo key) => key switch
    {
        { IsRevoked: true } => Text.Say("revoked"),
        { CanSign: false } => Text.Say("does not count"),
        { Expires: { } time } => Text.Say($"expires {Day(time)}"),
        _ => Text.Say("never expires"),
    };

    private static string Grouped(Fingerprint fingerprint) => string.Join(' ', fingerprint.Text.Chunk(4).Select(c => new string(c)));

    private static string Expiry(DateTimeOffset? time) => time is { } at ? Day(at) : Text.Say("never");

    private static string Day(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
