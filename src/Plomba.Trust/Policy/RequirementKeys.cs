using System.Collections.Immutable;
using Plomba.Trust.Files;
using Plomba.Trust.SimpleSigning;

namespace Plomba.Trust.Policy;

/// <summary>The keys of a requirement: their names for explanations, and their bytes.</summary>
internal static class RequirementKeys
{
    /// <summary>Longest key file that is read, in bytes.</summary>
    public const int MaximumLength = 16 * 1024 * 1024;

    /// <summary>The paths, or which member of the policy holds the keys.</summary>
    public static ImmutableArray<string> Of(PolicyRequirement requirement) => requirement switch
    {
        SignedBy signedBy => Names(signedBy.Keys),
        SigstoreSigned { Keys: { } keys } => Names(keys),
        SigstoreSigned { Fulcio.Ca: { } ca } => Names(ca),
        SigstoreSigned { Pki.CaRoots: { } roots } => Names(roots),
        _ => [],
    };

    /// <summary>Every source's bytes; null and the first failure when one cannot be read.</summary>
    public static IReadOnlyList<KeySource>? Read(KeyMaterial keys, ITrustFiles files, out string? failure)
    {
        failure = null;
        var sources = keys.Contents.Select(content => new KeySource("keyData", content)).ToList();
        foreach (var path in keys.Files)
        {
            var reading = files.Read(path, MaximumLength);
            if (!reading.IsRead)
            {
                failure = reading.Message;
                return null;
            }

            sources.Add(new KeySource(path, reading.Bytes));
        }

        return sources;
    }

    private static ImmutableArray<string> Names(KeyMaterial keys) =>
        keys.Files.IsEmpty ? [.. keys.Contents.Select(_ => "keyData")] : keys.Files;
}
