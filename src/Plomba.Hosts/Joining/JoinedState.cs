using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Plomba.Hosts.Machines;
using Plomba.Trust.Keys;
using Plomba.Trust.Tuf;

namespace Plomba.Hosts.Joining;

/// <summary>
/// What a joined machine keeps, below <c>/etc/plomba/joined</c>: the metadata it trusts, where it came from, and the files of
/// the newest bundle in a directory of their own that <c>current</c> points to. Root's alone, and nowhere a service writes.
/// </summary>
internal sealed class JoinedState(MachineRoot root)
{
    /// <summary>Where it is.</summary>
    public static MachinePath Directory { get; } = MachinePath.Parse("/etc/plomba/joined");

    /// <summary>The link to the files in force.</summary>
    public static MachinePath Current { get; } = Directory.Below("current");

    private const int LongestNote = 16 * 1024;
    private const string FilesPrefix = "files-";

    private static readonly MachinePath Note = Directory.Below("joined.json");

    /// <summary>Metadata as it was trusted last; null: none.</summary>
    public ReadOnlyMemory<byte>? Read(TufRole role) => root.Read(FileOf(role), role.MaximumLength()).TryGet(out var bytes, out _) ? bytes : (ReadOnlyMemory<byte>?)null;

    /// <summary>Keeps metadata from now on.</summary>
    public void Write(TufRole role, ReadOnlyMemory<byte> bytes)
    {
        MakeDirectories();
        root.WriteFile(FileOf(role), bytes.Span, NodeAttributes.RootFile);
    }

    /// <summary>Forgets metadata: what comes next is compared with nothing.</summary>
    public void Forget(TufRole role) => root.Remove(FileOf(role));

    /// <summary>Where the machine joined and when it last had news; null: it has not joined, or the note is damaged.</summary>
    public JoinedNote? ReadNote()
    {
        if (!root.Read(Note, LongestNote).TryGet(out var bytes, out _))
            return null;
        try
        {
            using var json = JsonDocument.Parse(bytes);
            var url = json.RootElement.GetProperty("url") is { ValueKind: JsonValueKind.String } text ? HttpBundle.ParseUrl(text.GetString()!) : null;
            return new JoinedNote(url, json.RootElement.GetProperty("joined").GetDateTimeOffset(), json.RootElement.GetProperty("updated").GetDateTimeOffset());
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Writes the note.</summary>
    public void WriteNote(JoinedNote note)
    {
        MakeDirectories();
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("url", note.Url?.ToString());
            json.WriteString("joined", note.Joined.UtcDateTime);
            json.WriteString("updated", note.Updated.UtcDateTime);
            json.WriteEndObject();
        }

        root.WriteFile(Note, [.. buffer.WrittenSpan, (byte)'\n'], NodeAttributes.RootFile);
    }

    /// <summary>Whether the files of these targets are in force, and whole.</summary>
    public bool IsCurrent(SignedMetadata targets, IEnumerable<KeyValuePair<TargetPath, TargetFile>> files) =>
        root.ReadLink(Current).TryGet(out var target, out _)
        && target.StartsWith(NameOf(targets), StringComparison.Ordinal)
        && files.All(f => ReadFile(f.Key, f.Value) is not null);

    /// <summary>The files in force of the same content, so that they need not be fetched again.</summary>
    public ReadOnlyMemory<byte>? ReadFile(TargetPath path, TargetFile description) =>
        root.Read(Current.Below(path.Text), (int)Math.Min(description.Length ?? 0, KeyRing.MaximumLength)).TryGet(out var bytes, out _) && description.Describes(bytes.Span) ? bytes : (ReadOnlyMemory<byte>?)null;

    /// <summary>Puts files in force, all at once: they are written beside the old ones, then the link changes.</summary>
    public void Install(SignedMetadata targets, IReadOnlyDictionary<TargetPath, ReadOnlyMemory<byte>> files)
    {
        MakeDirectories();
        var directory = Directory.Below($"{NameOf(targets)}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}");
        root.CreateDirectory(directory, NodeAttributes.RootDirectory);
        foreach (var (path, content) in files.OrderBy(f => f.Key))
        {
            MakeParents(directory, path);
            root.CreateFile(directory.Below(path.Text), content.Span, NodeAttributes.RootFile);
        }

        var link = MachineRoot.TemporaryBeside(Current);
        root.CreateLink(link, directory.Name, Owner.Root);
        root.Rename(link, Current, RenameKind.Replace);
    }

    /// <summary>Removes what is superseded, and what an interrupted update left. Metadata stays: what comes next is compared with it.</summary>
    public void Prune()
    {
        var inForce = FilesInForce();
        foreach (var entry in root.List(Directory).Require().Where(e => e.Path != inForce))
        {
            if (entry.Path.Name.StartsWith(FilesPrefix, StringComparison.Ordinal) || MachineRoot.IsTemporary(entry.Path))
                Clear(entry.Path);
        }
    }

    /// <summary>
    /// The directory of the files in force, so that several of them can be read from one and the same update; null: there
    /// is none.
    /// </summary>
    public MachinePath? FilesInForce() =>
        root.ReadLink(Current).TryGet(out var name, out _) && name.StartsWith(FilesPrefix, StringComparison.Ordinal) && !name.Contains('/', StringComparison.Ordinal)
            ? Directory.Below(name)
            : null;

    /// <summary>Removes everything.</summary>
    public void Remove() => Clear(Directory);

    private static MachinePath FileOf(TufRole role) => Directory.Below($"{role.Name()}.json");

    private static string NameOf(SignedMetadata targets) => string.Create(
        CultureInfo.InvariantCulture, $"{FilesPrefix}{targets.Content.Version}-{TargetFile.Of(targets.Bytes.Span).Hashes["sha256"][..16]}");

    private void MakeDirectories()
    {
        foreach (var path in new[] { MachinePath.Parse("/etc"), Directory.Parent!.Value, Directory })
            Make(path);
    }

    private void MakeParents(MachinePath directory, TargetPath path)
    {
        var parts = path.Text.Split('/');
        for (var length = 1; length < parts.Length; length++)
            Make(directory.Below(string.Join('/', parts[..length])));
    }

    private void Make(MachinePath path)
    {
        if (!root.Exists(path))
            root.CreateDirectory(path, NodeAttributes.RootDirectory);
    }

    private void Clear(MachinePath path)
    {
        if (root.Status(path).TryGet(out var status, out _) && status.Kind == NodeKind.Directory && root.List(path).TryGet(out var entries, out _))
        {
            foreach (var entry in entries)
                Clear(entry.Path);
        }

        root.Remove(path);
    }
}

/// <summary>Where a machine joined.</summary>
/// <param name="Url">Null: with files that were carried here.</param>
/// <param name="Joined">When it joined.</param>
/// <param name="Updated">When the source was last asked and everything it said was in order.</param>
internal sealed record JoinedNote(Uri? Url, DateTimeOffset Joined, DateTimeOffset Updated);
