using System.Globalization;
using Plomba.Site.Reading;
using Plomba.Trust.Keys;

namespace Plomba.Site.Checking;

/// <summary>The whole check of a site: its file, and the keys and certificates it names.</summary>
public static class SiteCheck
{
    /// <summary>Reads and checks a file.</summary>
    /// <exception cref="IOException">It is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static SiteReading Run(string path, DateTimeOffset now) => WithKeyFiles(SiteFile.Read(path), now);

    /// <summary>A reading with the findings about keys and certificates added. A site that is not valid is given back as it is.</summary>
    public static SiteReading WithKeyFiles(SiteReading reading, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(reading);
        if (reading.Site is not { } site)
            return reading;
        var findings = new FindingList(reading.Findings);
        foreach (var key in site.Keys)
            Check(site, key, reading.Places.Keys[key.Name], now, findings);
        if (site.Registry.Tls is { } tls)
            CertificateCheck.Run(site, tls, reading.Places.Tls, now, findings);
        return reading.With(findings);
    }

    private static void Check(SiteDescription site, SiteKey key, Place place, DateTimeOffset now, FindingList findings)
    {
        if (!SiteKeyFile.TryRead(site, key, now, out var file, out var mistake))
        {
            findings.Error(place, mistake.Value.Code, mistake.Value.Text);
            return;
        }

        if (Review(file.Key, now) is var (code, text))
            findings.Warn(place, code, Text.Say($"the key {key.Name} {text}{LeftWithout(site, key, now)}"));
    }

    private static (string Code, string Text)? Review(KeyInfo key, DateTimeOffset now) => key switch
    {
        { IsRevoked: true } => (FindingCode.KeyUnusable, Text.Say("is revoked: no signature by it counts")),
        { SigningEnds: { } expired } when expired <= now => (FindingCode.KeyExpired, Text.Say($"expired on {Day(expired)}: no signature by it counts")),
        { SigningProblem: { } problem } => (FindingCode.KeyUnusable, Text.Say($"makes no signatures that count: {problem}")),
        { SigningEnds: { } soon } when Expiry.Of(soon, now) != ExpiryUrgency.None => (FindingCode.KeyExpires, Text.Say($"expires on {Day(soon)}: extend it, or sign with its successor before that")),
        _ => null,
    };

    // What the warning means for the namespaces: with "all", or when no other key is left, nothing is accepted there.
    private static string LeftWithout(SiteDescription site, SiteKey key, DateTimeOffset now)
    {
        var closed = site.Namespaces
            .Where(n => n.Keys.Contains(key) && !Counts(site, key, now))
            .Where(n => n.Require == KeyRequirement.All || n.Keys.All(k => !Counts(site, k, now)))
            .Select(n => n.Name.ToString())
            .ToList();
        return closed.Count == 0 ? "" : Text.Say($"; nothing is accepted in {string.Join(", ", closed)}");
    }

    private static bool Counts(SiteDescription site, SiteKey key, DateTimeOffset now) =>
        SiteKeyFile.TryRead(site, key, now, out var file, out _) && file.Key.CanSign;

    private static string Day(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
