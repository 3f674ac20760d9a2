using System.CommandLine;
using System.Globalization;
using Plomba.Trust.Keys;

namespace Plomba.CommandLine;

/// <summary>
/// A key is accepted only when its full fingerprint was given with <c>--fingerprint</c>, or shown and confirmed at a
/// terminal. Otherwise the verb ends with exit 3 and nothing is written.
/// </summary>
internal static class FingerprintConfirmation
{
    /// <summary>A <c>--fingerprint FPR…</c> option of a verb's own.</summary>
    public static Option<string[]> CreateOption() => new("--fingerprint")
    {
        Description = Text.Say("The full fingerprint the key's owner told you; without it you are asked at a terminal."),
        HelpName = "FPR",
    };

    /// <summary>What was given with the option.</summary>
    /// <exception cref="Failure">One of them is no full fingerprint.</exception>
    public static IReadOnlyList<Fingerprint> Parse(IEnumerable<string>? given) => [.. (given ?? []).Select(text =>
        Fingerprint.TryParse(text, out var fingerprint)
            ? fingerprint
            : throw Failure.Usage(Text.Say($"--fingerprint {text}: a fingerprint has 40 hex digits"), Text.Say("gpg --fingerprint and plomba key show print it; a key id is never enough.")))];

    /// <summary>Returns when the key may be accepted.</summary>
    /// <param name="terminal">Where a person can be asked.</param>
    /// <param name="source">The file or URL the key comes from.</param>
    /// <param name="key">The key.</param>
    /// <param name="given">The fingerprints of the command line; empty: ask.</param>
    /// <exception cref="Failure">It was not confirmed: exit 3.</exception>
    public static void Require(Terminal terminal, string source, KeyInfo key, IReadOnlyList<Fingerprint> given)
    {
        if (given.Contains(key.Fingerprint))
            return;
        if (given.Count > 0)
        {
            throw Failure.Refused(
                Text.Say($"{source} holds the key {key.Fingerprint}, not {string.Join(", ", given.Select(f => f.Text))}"),
                Text.Say("Nothing was written. Somebody may have exchanged the file: ask the key's owner."));
        }

        if (!Terminal.IsInteractive)
        {
            throw Failure.Refused(
                Text.Say($"the fingerprint {key.Fingerprint} of {source} is not confirmed"),
                Text.Say("Nothing was written. Compare it with what the key's owner told you and give it with --fingerprint."));
        }

        if (!terminal.Confirm(Question(source, key)))
            throw Failure.Refused(Text.Say($"the fingerprint of {source} was not confirmed"), Text.Say("Nothing was written."));
    }

    private static string Question(string source, KeyInfo key)
    {
        var expires = key.Expires is { } time ? Day(time) : Text.Say("never");
        return Text.Say($"{source} holds the key\n  {Grouped(key.Fingerprint)}\n  {key.Name}\n  created {Day(key.Created)}, expires {expires}\nIs this the fingerprint its owner told you?");
    }

    private static string Grouped(Fingerprint fingerprint) => string.Join(' ', fingerprint.Text.Chunk(4).Select(c => new string(c)));

    private static string Day(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
