using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;

namespace Plomba.Trust.Tuf;

/// <summary>
/// What a client of a TUF repository trusts, and the rules by which that changes (§5.3 to 5.6): metadata is handed in,
/// in the order root, timestamp, snapshot, targets, and taken or refused. What a client kept from its last update is
/// handed in first, so that nothing older is ever taken. Does no input or output. Not thread-safe.
/// </summary>
public sealed class TrustedMetadata
{
    private static readonly ImmutableSortedDictionary<string, FileDescription> NoFiles = ImmutableSortedDictionary<string, FileDescription>.Empty;

    private readonly DateTimeOffset _now;

    private TrustedMetadata(SignedMetadata root, DateTimeOffset now) => (Root, _now) = (root, now);

    /// <summary>The root that counts.</summary>
    public SignedMetadata Root { get; private set; }

    /// <summary>What the root says.</summary>
    public RootMetadata RootContent => (RootMetadata)Root.Content;

    /// <summary>The newest timestamp; null: none yet.</summary>
    public SignedMetadata? Timestamp { get; private set; }

    /// <summary>The snapshot; null: none yet. It may be older than the timestamp says, until an update is complete.</summary>
    public SignedMetadata? Snapshot { get; private set; }

    /// <summary>The targets; null: none yet.</summary>
    public SignedMetadata? Targets { get; private set; }

    /// <summary>What <see cref="Timestamp"/> says of the snapshot; null: none yet.</summary>
    public FileDescription? SnapshotDescription => (Timestamp?.Content as TimestampMetadata)?.Snapshot;

    /// <summary>What <see cref="Snapshot"/> says of the targets; null: none yet.</summary>
    public FileDescription? TargetsDescription => (Snapshot?.Content as SnapshotMetadata)?.Targets;

    /// <summary>When the first of all that is trusted expires; nothing is accepted after that until there is something newer.</summary>
    public DateTimeOffset Expires => new[] { Root, Timestamp, Snapshot, Targets }.OfType<SignedMetadata>().Min(m => m.Content.Expires);

    /// <summary>What the root after the trusted one is called: <c>2.root.json</c>.</summary>
    public string NextRoot => string.Create(CultureInfo.InvariantCulture, $"{RootContent.Version + 1}.root.json");

    /// <summary>What is trusted of a role; null: nothing yet.</summary>
    public SignedMetadata? Of(TufRole role) => role switch
    {
        TufRole.Root => Root,
        TufRole.Timestamp => Timestamp,
        TufRole.Snapshot => Snapshot,
        _ => Targets,
    };

    /// <summary>Begins with a root that is trusted because its sha256 was pinned, or because it was trusted before.</summary>
    /// <param name="root">The file.</param>
    /// <param name="pin">Lower-case hex of the sha256 it must have; null: it was trusted before.</param>
    /// <param name="now">The time the update began, by which all of it is judged (§5.1).</param>
    /// <param name="trusted">The metadata.</param>
    /// <param name="refusal">Why not.</param>
    public static bool TryBegin(
        ReadOnlyMemory<byte> root, string? pin, DateTimeOffset now, [NotNullWhen(true)] out TrustedMetadata? trusted, [NotNullWhen(false)] out TufRefusal? refusal)
    {
        trusted = null;
        const string file = "root.json";
        if (pin is not null && !string.Equals(pin, Convert.ToHexStringLower(SHA256.HashData(root.Span)), StringComparison.Ordinal))
            refusal = new TufRefusal(TufRefusalKind.WrongRoot, file, Text.Say("its sha256 is not the one that was given"));
        else if (!SignedMetadata.TryRead(root, TufRole.Root, out var metadata, out var why))
            refusal = new TufRefusal(TufRefusalKind.Malformed, file, why);
        else if (((RootMetadata)metadata.Content) is var content && !content.IsSigned(TufRole.Root, metadata))
            refusal = Unsigned(file, content, TufRole.Root, metadata);
        else
            (trusted, refusal) = (new TrustedMetadata(metadata, now), null);
        return trusted is not null;
    }

    /// <summary>Takes the next root (§5.3.4 to 5.3.11); its expiry is looked at by <see cref="UpdateTimestamp"/>. Null: taken.</summary>
    public TufRefusal? UpdateRoot(ReadOnlyMemory<byte> bytes)
    {
        var file = NextRoot;
        if (!SignedMetadata.TryRead(bytes, TufRole.Root, out var metadata, out var why))
            return new TufRefusal(TufRefusalKind.Malformed, file, why);
        var root = (RootMetadata)metadata.Content;
        if (!RootContent.IsSigned(TufRole.Root, metadata))
            return Unsigned(file, RootContent, TufRole.Root, metadata);
        if (!root.IsSigned(TufRole.Root, metadata))
            return Unsigned(file, root, TufRole.Root, metadata);
        if (root.Version != RootContent.Version + 1)
            return new TufRefusal(TufRefusalKind.Rollback, file, Text.Say($"it is version {root.Version}"));
        // Versions that a thief of the online keys ran up must not outlive those keys (fast-forward, §5.3.11).
        if (!root.HasSameKeys(RootContent, TufRole.Timestamp) || !root.HasSameKeys(RootContent, TufRole.Snapshot))
            (Timestamp, Snapshot) = (null, null);
        Targets = null;
        Root = metadata;
        return null;
    }

    /// <summary>Takes a timestamp (§5.4.2 to 5.4.4). Null: taken, or it is the one that is trusted already.</summary>
    public TufRefusal? UpdateTimestamp(ReadOnlyMemory<byte> bytes)
    {
        const string file = "timestamp.json";
        if (IsOver(Root))
            return Expired($"{RootContent.Version}.root.json", Root);
        if (Read(bytes, TufRole.Timestamp, file, out var metadata) is { } refusal)
            return refusal;
        var fresh = (TimestampMetadata)metadata!.Content;
        if (Timestamp?.Content is TimestampMetadata old)
        {
            if (fresh.Version < old.Version)
                return Older(file, fresh.Version, old.Version);
            if (fresh.Snapshot.Version < old.Snapshot.Version)
                return Older("snapshot.json", fresh.Snapshot.Version, old.Snapshot.Version);
            if (fresh.Version == old.Version)
                return IsOver(Timestamp) ? Expired(file, Timestamp) : null;
        }

        if (IsOver(metadata))
            return Expired(file, metadata);
        (Timestamp, Targets) = (metadata, null);
        return null;
    }

    /// <summary>Takes the snapshot that the timestamp names (§5.5.2 to 5.5.6). Null: taken.</summary>
    public TufRefusal? UpdateSnapshot(ReadOnlyMemory<byte> bytes)
    {
        var description = SnapshotDescription ?? throw new InvalidOperationException("There is no timestamp yet.");
        var file = NameOf(TufRole.Snapshot, description.Version);
        if (description.Content?.Describes(bytes.Span) == false)
            return new TufRefusal(TufRefusalKind.Mismatch, file, Text.Say("length or hash are not those of the timestamp"));
        if (Read(bytes, TufRole.Snapshot, file, out var metadata) is { } refusal)
            return refusal;
        var fresh = (SnapshotMetadata)metadata!.Content;
        if (fresh.Version != description.Version)
            return new TufRefusal(TufRefusalKind.Mismatch, file, Text.Say($"it is version {fresh.Version}, the timestamp says {description.Version}"));
        foreach (var (name, old) in (Snapshot?.Content as SnapshotMetadata)?.Files ?? NoFiles)
        {
            if (!fresh.Files.TryGetValue(name, out var now))
                return new TufRefusal(TufRefusalKind.Rollback, name, Text.Say("the new snapshot does not name it any more"));
            if (now.Version < old.Version)
                return Older(name, now.Version, old.Version);
        }

        if (IsOver(metadata))
            return Expired(file, metadata);
        (Snapshot, Targets) = (metadata, null);
        return null;
    }

    /// <summary>Takes the targets that the snapshot names (§5.6.2 to 5.6.5). Null: taken.</summary>
    public TufRefusal? UpdateTargets(ReadOnlyMemory<byte> bytes)
    {
        var description = TargetsDescription ?? throw new InvalidOperationException("There is no snapshot yet.");
        var file = NameOf(TufRole.Targets, description.Version);
        if (description.Content?.Describes(bytes.Span) == false)
            return new TufRefusal(TufRefusalKind.Mismatch, file, Text.Say("length or hash are not those of the snapshot"));
        if (Read(bytes, TufRole.Targets, file, out var metadata) is { } refusal)
            return refusal;
        if (metadata!.Content.Version != description.Version)
            return new TufRefusal(TufRefusalKind.Mismatch, file, Text.Say($"it is version {metadata.Content.Version}, the snapshot says {description.Version}"));
        if (IsOver(metadata))
            return Expired(file, metadata);
        Targets = metadata;
        return null;
    }

    /// <summary>
    /// Takes what was trusted at the end of an earlier update, for comparison with what is newer: only signatures are
    /// looked at, as it may have expired since. What no key signs any more is dropped.
    /// </summary>
    public void Recall(ReadOnlyMemory<byte>? timestamp, ReadOnlyMemory<byte>? snapshot, ReadOnlyMemory<byte>? targets)
    {
        Timestamp = Recalled(timestamp, TufRole.Timestamp);
        Snapshot = Recalled(snapshot, TufRole.Snapshot);
        Targets = Recalled(targets, TufRole.Targets);
    }

    /// <summary>What the file of a role is called in the repository (§6.2).</summary>
    public string NameOf(TufRole role, long version) =>
        RootContent.ConsistentSnapshot ? string.Create(CultureInfo.InvariantCulture, $"{version}.{role.Name()}.json") : $"{role.Name()}.json";

    private SignedMetadata? Recalled(ReadOnlyMemory<byte>? bytes, TufRole role) =>
        bytes is { } kept && Read(kept, role, role.Name(), out var metadata) is null ? metadata : null;

    private TufRefusal? Read(ReadOnlyMemory<byte> bytes, TufRole role, string file, out SignedMetadata? metadata)
    {
        if (!SignedMetadata.TryRead(bytes, role, out metadata, out var why))
            return new TufRefusal(TufRefusalKind.Malformed, file, why);
        return RootContent.IsSigned(role, metadata) ? null : Unsigned(file, RootContent, role, metadata);
    }

    private bool IsOver(SignedMetadata metadata) => metadata.Content.Expires <= _now;

    private static TufRefusal Unsigned(string file, RootMetadata root, TufRole role, SignedMetadata metadata) => new(
        TufRefusalKind.NotSigned, file, Text.Say($"{root.CountSigners(role, metadata)} of the {root.Roles[role].Threshold} keys that are needed signed it"));

    private static TufRefusal Older(string file, long version, long trusted) =>
        new(TufRefusalKind.Rollback, file, Text.Say($"it is version {version}, and version {trusted} was trusted before"));

    private static TufRefusal Expired(string file, SignedMetadata metadata) => new(
        TufRefusalKind.Expired, file, Text.Say($"it expired on {metadata.Content.Expires.UtcDateTime:yyyy-MM-dd HH:mm}"));
}
