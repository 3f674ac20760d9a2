using System.Collections.Immutable;
using Plomba.Site;
using Plomba.Trust.Files;
using Plomba.Trust.Keys;
using Plomba.Trust.Policy;

namespace Plomba.Hosts.Rules.Keys;

/// <summary>A key file that a policy in force names.</summary>
/// <param name="Path">As the policy names it.</param>
/// <param name="Reading">Its content, or why there is none.</param>
/// <param name="IsOpenPgp">Whether it holds OpenPGP keys; else it is PEM.</param>
/// <param name="Keys">The OpenPGP keys in it that can be told about; empty for PEM.</param>
/// <param name="SiteKey">The key of the site whose file this is; null: of none.</param>
internal sealed record KeyInUse(string Path, FileReading Reading, bool IsOpenPgp, IReadOnlyList<KeyInfo> Keys, SiteKey? SiteKey)
{
    /// <summary>Every key file of every policy, each once, by path.</summary>
    public static IEnumerable<KeyInUse> Of(CheckedMachine machine) =>
        Requirements(machine).SelectMany(FilesOf)
            .DistinctBy(f => f.Path, StringComparer.Ordinal)
            .OrderBy(f => f.Path, StringComparer.Ordinal)
            .Select(f => Read(machine, f.Path, f.IsOpenPgp));

    /// <summary>Whether some requirement can be met by no other key than this file's: when it goes, images are refused.</summary>
    public static bool IsLast(CheckedMachine machine, KeyInfo key) => Requirements(machine).OfType<SignedBy>().Any(r =>
    {
        var keys = r.Keys.Files.SelectMany(f => Read(machine, f, true).Keys).ToList();
        return keys.Any(k => k.Fingerprint == key.Fingerprint) && !keys.Any(k => k.CanSign && k.Fingerprint != key.Fingerprint);
    });

    /// <summary>How people call a key: its fingerprint and the file.</summary>
    public string Name(KeyInfo key) => $"{key.Fingerprint} ({Path})";

    private static IEnumerable<PolicyRequirement> Requirements(CheckedMachine machine) => machine.Policies.SelectMany(p =>
        p.Policy.Transports.Values.SelectMany(scopes => scopes.Values).Append(p.Policy.Default).SelectMany(r => r));

    private static IEnumerable<(string Path, bool IsOpenPgp)> FilesOf(PolicyRequirement requirement) => requirement switch
    {
        SignedBy { KeyType: SignedByKeyType.GpgKeys } signed => signed.Keys.Files.Select(f => (f, true)),
        SigstoreSigned sigstore => Files(sigstore.Keys).Concat(Files(sigstore.RekorKeys)).Concat(Files(sigstore.Fulcio?.Ca)).Concat(Files(sigstore.Pki?.CaRoots)).Select(f => (f, false)),
        _ => [],
    };

    private static ImmutableArray<string> Files(KeyMaterial? keys) => keys?.Files ?? [];

    private static KeyInUse Read(CheckedMachine machine, string path, bool isOpenPgp)
    {
        var reading = machine.Files.Read(path, KeyRing.MaximumLength);
        var keys = reading.IsRead && isOpenPgp ? KeyRing.Read(reading.Bytes).Describe(machine.Now) : [];
        return new KeyInUse(path, reading, isOpenPgp, keys, machine.Site is { } site ? site.Keys.FirstOrDefault(k => site.FileOf(k).Text == path) : null);
    }
}
