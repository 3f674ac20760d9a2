using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Plomba.Files;
using Plomba.Trust.Tuf;

namespace Plomba.Site.Publishing;

/// <summary>
/// A trust bundle as a directory: what <c>serve</c> hands out under <c>/trust/</c>, and what may be carried to machines
/// without a network. The timestamp is replaced last, so that readers see the old bundle or the new one. Drafts lie in
/// <c>draft/</c>, which travels along and is served to nobody.
/// </summary>
/// <param name="path">The directory; made when something is written.</param>
public sealed class BundleDirectory(string path)
{
    private const string RootFile = "root.json";
    private const string TimestampFile = "timestamp.json";
    private const string TargetsDirectory = "targets";
    private const string DraftDirectory = "draft";

    /// <summary>Where it is.</summary>
    public string Location { get; } = Path.GetFullPath(path);

    /// <summary>Reads what is published; null: nothing yet. False with the file that is damaged.</summary>
    internal bool TryRead(out PublishedBundle? bundle, [NotNullWhen(false)] out string? why)
    {
        bundle = null;
        try
        {
            why = null;
            if (NewestRoot() is not { } version)
                return true;
            var root = Read(Name(version, TufRole.Root), TufRole.Root);
            var keys = (RootMetadata)root.Content;
            if (!keys.IsSigned(TufRole.Root, root))
                throw new FormatException(Text.Say("it is not signed as it says itself"));
            // The newest root may have come without its timestamp, when the writer was interrupted between the two.
            if (!File.Exists(Path.Combine(Location, TimestampFile)))
            {
                bundle = new PublishedBundle(root, null, null, null);
                return true;
            }

            var timestamp = Read(TimestampFile, TufRole.Timestamp);
            var snapshot = Read(Name(((TimestampMetadata)timestamp.Content).Snapshot.Version, TufRole.Snapshot), TufRole.Snapshot);
            var targets = Read(Name(((SnapshotMetadata)snapshot.Content).Targets.Version, TufRole.Targets), TufRole.Targets);
            bundle = new PublishedBundle(root, timestamp, snapshot, targets);
            return true;
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            why = Text.Say($"the trust bundle in {Location} cannot be read: {e.Message}");
            return false;
        }
    }

    /// <summary>Reads a draft; a damaged one is none.</summary>
    internal (SignedMetadata? Root, SignedMetadata? Targets) ReadDraft() => (ReadDraft(TufRole.Root), ReadDraft(TufRole.Targets));

    /// <summary>Keeps a draft: its files are put in place already, under names that hold their hashes and that nothing refers to yet.</summary>
    internal void WriteDraft(SignedMetadata? root, SignedMetadata targets, ImmutableSortedDictionary<TargetPath, ReadOnlyMemory<byte>> files)
    {
        WriteFiles((TargetsMetadata)targets.Content, files);
        DurableFile.CreateDirectory(Path.Combine(Location, DraftDirectory));
        if (root is not null)
            DurableFile.Write(Draft(TufRole.Root), root.Bytes.Span);
        else
            DurableFile.Delete(Draft(TufRole.Root));
        DurableFile.Write(Draft(TufRole.Targets), targets.Bytes.Span);
    }

    /// <summary>Publishes. Null: the published one stays as it is; <paramref name="files"/> null: they are in place already.</summary>
    internal void Write(
        SignedMetadata? root, SignedMetadata? targets, SignedMetadata? snapshot, SignedMetadata timestamp, ImmutableSortedDictionary<TargetPath, ReadOnlyMemory<byte>>? files)
    {
        DurableFile.CreateDirectory(Location);
        if (files is not null && targets is not null)
            WriteFiles((TargetsMetadata)targets.Content, files);
        foreach (var metadata in new[] { targets, snapshot, root }.OfType<SignedMetadata>())
            DurableFile.Write(Path.Combine(Location, Name(metadata.Content.Version, metadata.Content.Role)), metadata.Bytes.Span);
        if (root is not null)
            DurableFile.Write(Path.Combine(Location, RootFile), root.Bytes.Span);
        DurableFile.Write(Path.Combine(Location, TimestampFile), timestamp.Bytes.Span);
        if (targets is null)
            return;
        DurableFile.Delete(Draft(TufRole.Targets));
        DurableFile.Delete(Draft(TufRole.Root));
    }

    private void WriteFiles(TargetsMetadata targets, ImmutableSortedDictionary<TargetPath, ReadOnlyMemory<byte>> files)
    {
        foreach (var (path, content) in files)
        {
            var file = Path.Combine(Location, TargetsDirectory, path.WithHash(targets.Files[path].Hashes["sha256"]));
            if (File.Exists(file))
                continue;
            DurableFile.CreateDirectory(Path.GetDirectoryName(file)!);
            DurableFile.Write(file, content.Span);
        }
    }

    private string Draft(TufRole role) => Path.Combine(Location, DraftDirectory, $"{role.Name()}.json");

    private SignedMetadata? ReadDraft(TufRole role) =>
        File.Exists(Draft(role)) && SignedMetadata.TryRead(File.ReadAllBytes(Draft(role)), role, out var metadata, out _) ? metadata : null;

    private long? NewestRoot() => Directory.Exists(Location)
        ? Directory.EnumerateFiles(Location, "*.root.json")
            .Select(f => long.TryParse(Path.GetFileName(f).Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0)
            .Where(v => v > 0)
            .Max(v => (long?)v)
        : null;

    private SignedMetadata Read(string name, TufRole role) =>
        SignedMetadata.TryRead(File.ReadAllBytes(Path.Combine(Location, name)), role, out var metadata, out var why)
            ? metadata
            : throw new FormatException($"{name}: {why}");

    private static string Name(long version, TufRole role) => string.Create(CultureInfo.InvariantCulture, $"{version}.{role.Name()}.json");
}

/// <summary>What is published. Timestamp, snapshot and targets are there all or none.</summary>
internal sealed record PublishedBundle(SignedMetadata Root, SignedMetadata? Timestamp, SignedMetadata? Snapshot, SignedMetadata? Targets)
{
    public RootMetadata Keys => (RootMetadata)Root.Content;
}
