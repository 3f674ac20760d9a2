using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Plomba.Trust.Tuf;

/// <summary>Length and hashes of a file.</summary>
/// <param name="Length">In bytes; null where metadata states only hashes.</param>
/// <param name="Hashes">Lower-case hex by algorithm; <c>sha256</c> or <c>sha512</c> or both.</param>
public sealed record TargetFile(long? Length, ImmutableSortedDictionary<string, string> Hashes)
{
    /// <summary>What describes these bytes.</summary>
    public static TargetFile Of(ReadOnlySpan<byte> content) => new(
        content.Length,
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add("sha256", Convert.ToHexStringLower(SHA256.HashData(content))));

    /// <summary>Whether these bytes have the length and every hash.</summary>
    public bool Describes(ReadOnlySpan<byte> content)
    {
        if (Length is { } length && length != content.Length)
            return false;
        foreach (var (algorithm, hash) in Hashes)
        {
            if (!string.Equals(Convert.ToHexStringLower(algorithm == "sha256" ? SHA256.HashData(content) : SHA512.HashData(content)), hash, StringComparison.Ordinal))
                return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public bool Equals(TargetFile? other) => other is not null && Length == other.Length && Hashes.SequenceEqual(other.Hashes);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Length, Hashes.Count);
}
