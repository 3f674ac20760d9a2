using Plomba.Trust.OpenPgp;

namespace Plomba.Trust.Keys;

/// <summary>What people and pages want to know about a public key, at one moment.</summary>
/// <param name="Fingerprint">Of the primary key.</param>
/// <param name="UserIds">Names that count now, newest first; foreign text, with whatever characters its owner chose.</param>
/// <param name="Algorithm">As GnuPG writes it: <c>rsa3072</c>, <c>ed25519</c>.</param>
/// <param name="Created">When the key was made, as it says.</param>
/// <param name="Expires">When it stops counting; null: never.</param>
/// <param name="IsRevoked">Whether its owner withdrew it.</param>
/// <param name="Subkeys">All bound subkeys, in the order of the file.</param>
/// <param name="SigningKeys">What may sign now, in the order GnuPG prefers: the newest signing subkey, then older ones, then the primary key.</param>
/// <param name="SigningProblem">Why no signature by this key counts now; null: the primary key or a subkey may sign.</param>
public sealed record KeyInfo(
    Fingerprint Fingerprint,
    IReadOnlyList<string> UserIds,
    string Algorithm,
    DateTimeOffset Created,
    DateTimeOffset? Expires,
    bool IsRevoked,
    IReadOnlyList<SubkeyInfo> Subkeys,
    IReadOnlyList<Fingerprint> SigningKeys,
    string? SigningProblem)
{
    /// <summary>Whether a signature by this key counts now.</summary>
    public bool CanSign => SigningProblem is null;

    /// <summary>When nothing may sign any more, because primary key or subkeys expire then, or expired then; null: never.</summary>
    public DateTimeOffset? SigningEnds { get; private init; }

    /// <summary>The first name, or the fingerprint of a key without one that counts.</summary>
    public string Name => UserIds is [var first, ..] ? first : Fingerprint.Text;

    internal static KeyInfo Of(Certificate certificate, DateTimeOffset now)
    {
        var problem = certificate.SigningProblem(now);
        if (problem?.Reason == SignatureReason.Key)
        {
            // Where the primary key only certifies, what its signing subkey lacks tells more.
            problem = certificate.Subkeys.Where(s => s.Usage(now)?.HasFlag(KeyUsage.Sign) == true).Select(s => s.SigningProblem(now)).FirstOrDefault(p => p is not null) ?? problem;
        }

        List<Fingerprint> signing =
        [
            .. certificate.Subkeys.Where(s => s.SigningProblem(now) is null).OrderByDescending(s => s.Key.Created).Select(s => s.Fingerprint),
            .. certificate.SigningProblem(now) is null ? [certificate.Fingerprint] : Array.Empty<Fingerprint>(),
        ];
        return new KeyInfo(
            certificate.Fingerprint,
            [.. certificate.UserIds.Where(u => u.Live(now) is not null).OrderByDescending(u => u.Live(now)!.Created).Select(u => u.Text)],
            certificate.Primary.Algorithm,
            certificate.Primary.Created,
            certificate.Expires(now),
            certificate.IsRevoked,
            [.. certificate.Subkeys.Where(s => s.IsRevoked || s.Binding(now) is not null).Select(s => SubkeyInfo.Of(s, now))],
            signing,
            signing.Count > 0 ? null : problem?.Message)
        {
            SigningEnds = EndOf(certificate, now),
        };
    }

    // Of what may sign the end that comes last; when nothing may, of what expired the end that came last.
    private static DateTimeOffset? EndOf(Certificate certificate, DateTimeOffset now)
    {
        var primary = certificate.Expires(now);
        List<(KeyProblem? Problem, DateTimeOffset? End)> all =
        [
            (certificate.SigningProblem(now), primary),
            .. certificate.Subkeys.Select(s => (s.SigningProblem(now), Earlier(primary, s.Expires(now)))),
        ];
        var signing = all.Where(k => k.Problem is null).ToList();
        if (signing.Count == 0)
            return all.Where(k => k.Problem!.Reason == SignatureReason.Expired && k.End <= now).Max(k => k.End);
        return signing.Exists(k => k.End is null) ? null : signing.Max(k => k.End);
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b ?? a : a;
}

/// <summary>What people want to know about a subkey.</summary>
/// <param name="Fingerprint">The subkey's own.</param>
/// <param name="Algorithm">As GnuPG writes it.</param>
/// <param name="Usage">Any of <c>sign</c>, <c>certify</c>, <c>encrypt</c>, <c>authenticate</c>.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Expires">When it stops counting; null: with its primary key.</param>
/// <param name="IsRevoked">Whether it was withdrawn.</param>
/// <param name="SigningProblem">Why no signature by it counts now; null: it may sign.</param>
public sealed record SubkeyInfo(
    Fingerprint Fingerprint,
    string Algorithm,
    IReadOnlyList<string> Usage,
    DateTimeOffset Created,
    DateTimeOffset? Expires,
    bool IsRevoked,
    string? SigningProblem)
{
    internal static SubkeyInfo Of(Subkey subkey, DateTimeOffset now) => new(
        subkey.Fingerprint,
        subkey.Key.Algorithm,
        Words(subkey.Usage(now) ?? (subkey.Key.CanSign ? KeyUsage.Sign : KeyUsage.EncryptCommunication)),
        subkey.Key.Created,
        subkey.Expires(now),
        subkey.IsRevoked,
        subkey.SigningProblem(now)?.Message);

    private static List<string> Words(KeyUsage usage)
    {
        var words = new List<string>();
        if (usage.HasFlag(KeyUsage.Certify))
            words.Add("certify");
        if (usage.HasFlag(KeyUsage.Sign))
            words.Add("sign");
        if (usage.HasFlag(KeyUsage.EncryptCommunication) || usage.HasFlag(KeyUsage.EncryptStorage))
            words.Add("encrypt");
        if (usage.HasFlag(KeyUsage.Authenticate))
            words.Add("authenticate");
        return words;
    }
}
