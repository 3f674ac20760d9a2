using System.Collections.Immutable;

namespace Plomba.Trust.Tuf;

/// <summary>The signed part of one metadata file (§4.3 to 4.6), read or to be written. Immutable.</summary>
/// <param name="Version">From 1; never goes down.</param>
/// <param name="Expires">From then on it counts no more; whole seconds.</param>
public abstract record TufMetadata(long Version, DateTimeOffset Expires)
{
    /// <summary>Whose it is.</summary>
    public abstract TufRole Role { get; }
}

/// <summary>Which keys count for every role (§4.3).</summary>
public sealed record RootMetadata(long Version, DateTimeOffset Expires) : TufMetadata(Version, Expires)
{
    /// <inheritdoc/>
    public override TufRole Role => TufRole.Root;

    /// <summary>The keys by id; null for one of a kind this program does not know.</summary>
    public required ImmutableSortedDictionary<string, TufKey?> Keys { get; init; }

    /// <summary>The keys and threshold of each of the four roles.</summary>
    public required ImmutableDictionary<TufRole, RoleKeys> Roles { get; init; }

    /// <summary>Whether names of files hold versions and hashes, so that an update is seen whole or not at all (§6.2).</summary>
    public bool ConsistentSnapshot { get; init; } = true;

    /// <summary>How many different keys of the role made a good signature on the metadata.</summary>
    public int CountSigners(TufRole role, SignedMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return Signers(role, metadata).Count;
    }

    /// <summary>The keys of the role that made no good signature on the metadata.</summary>
    public IEnumerable<TufKey> NotSigned(TufRole role, SignedMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return Roles[role].KeyIds.Select(id => Keys.GetValueOrDefault(id)).OfType<TufKey>().Except(Signers(role, metadata));
    }

    /// <summary>Whether enough of the role's keys signed the metadata.</summary>
    public bool IsSigned(TufRole role, SignedMetadata metadata) => CountSigners(role, metadata) >= Roles[role].Threshold;

    /// <summary>The id under which a key signs for the role; null when it is none of its keys.</summary>
    public string? IdOf(TufKey key, TufRole role) => Roles[role].KeyIds.FirstOrDefault(id => key.Equals(Keys.GetValueOrDefault(id)));

    // A set: the same key under two ids is one signer.
    private HashSet<TufKey> Signers(TufRole role, SignedMetadata metadata) =>
    [
        .. Roles[role].KeyIds
            .Where(id => Keys.GetValueOrDefault(id) is { } key && metadata.Signatures.TryGetValue(id, out var signature) && key.IsGood(metadata.Canonical, signature))
            .Select(id => Keys[id]!),
    ];

    /// <summary>Whether a role has the same keys and threshold in both.</summary>
    public bool HasSameKeys(RootMetadata other, TufRole role)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Roles[role].Threshold == other.Roles[role].Threshold && Set(this).SetEquals(Set(other));

        HashSet<string> Set(RootMetadata root) => [.. root.Roles[role].KeyIds.Select(id => root.Keys.GetValueOrDefault(id)?.Text ?? id)];
    }
}

/// <summary>Who signs for a role.</summary>
/// <param name="KeyIds">Without repetition.</param>
/// <param name="Threshold">How many of them must sign, from 1.</param>
public sealed record RoleKeys(ImmutableArray<string> KeyIds, int Threshold);

/// <summary>Which snapshot is the newest (§4.6).</summary>
public sealed record TimestampMetadata(long Version, DateTimeOffset Expires, FileDescription Snapshot) : TufMetadata(Version, Expires)
{
    /// <inheritdoc/>
    public override TufRole Role => TufRole.Timestamp;
}

/// <summary>Which versions of targets metadata belong together (§4.4), by file name; <c>targets.json</c> is always among them.</summary>
public sealed record SnapshotMetadata(long Version, DateTimeOffset Expires, ImmutableSortedDictionary<string, FileDescription> Files)
    : TufMetadata(Version, Expires)
{
    /// <summary>The name under which the targets metadata stands in <see cref="Files"/>.</summary>
    public const string TargetsFile = "targets.json";

    /// <inheritdoc/>
    public override TufRole Role => TufRole.Snapshot;

    /// <summary>The targets metadata.</summary>
    public FileDescription Targets => Files[TargetsFile];
}

/// <summary>Which files there are (§4.5). Delegations are not followed: what is in them does not exist here.</summary>
public sealed record TargetsMetadata(long Version, DateTimeOffset Expires, ImmutableSortedDictionary<TargetPath, TargetFile> Files)
    : TufMetadata(Version, Expires)
{
    /// <summary>Most files that one targets metadata may name here.</summary>
    public const int MostFiles = 2000;

    /// <inheritdoc/>
    public override TufRole Role => TufRole.Targets;
}

/// <summary>What one metadata file says of another.</summary>
/// <param name="Version">Its version.</param>
/// <param name="Content">Its length and hashes; null: only its version is stated.</param>
public sealed record FileDescription(long Version, TargetFile? Content);
