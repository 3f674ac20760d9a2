using Plomba.Hosts.Machines;
using Plomba.Site.Editing;
using Plomba.Site.Names;
using Plomba.Trust.Keys;
using Plomba.Trust.SimpleSigning;

namespace Plomba.Hosts.Adopting;

/// <summary>
/// The public keys of a deployment: the files of its key directories and what its policies name. Each enters the site under
/// a name made of its file's; the same key in two files is one key.
/// </summary>
internal sealed class KeyFinder(MachineRoot root, DateTimeOffset now, AdoptionFindings findings)
{
    private const int MaximumFiles = 1000;
    private const int LongestName = 64;
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private readonly List<FoundKey> _keys = [];
    private readonly Dictionary<MachinePath, FoundKey?> _files = [];

    public IReadOnlyList<FoundKey> Keys => _keys;

    /// <summary>All keys, for judging signatures.</summary>
    public IReadOnlyList<KeySource> Sources => [.. _keys.Select(k => new KeySource(k.Source, k.Key.File.Bytes))];

    /// <summary>Takes up every <c>*.pgp</c> of a directory; a missing one holds none.</summary>
    public void ReadDirectory(MachinePath directory)
    {
        if (!root.StatusFollowed(directory).TryGet(out var status, out _))
            return;
        if ((status.Attributes.Mode & OthersWrite) != UnixFileMode.None || status.Attributes.Owner.User != 0)
            findings.Warn(AdoptionCode.KeysWritable, $"{directory}", Text.Say("others than root can replace every key here: compare each fingerprint with what its owner tells you before you confirm it"));
        if (!root.List(directory, MaximumFiles).TryGet(out var entries, out var error))
        {
            findings.Blocked(AdoptionCode.Unreadable, $"{directory}", error.Message);
            return;
        }

        foreach (var entry in entries.Where(e => e.Path.Name.EndsWith(".pgp", StringComparison.Ordinal) || e.Path.Name.EndsWith(".gpg", StringComparison.Ordinal)))
            Find(entry.Path);
    }

    /// <summary>The key of a file; null when it cannot enter the site, which is reported once.</summary>
    public FoundKey? Find(MachinePath path)
    {
        if (!_files.TryGetValue(path, out var key))
            _files[path] = key = Read(path);
        return key;
    }

    /// <summary>A key that stands in a policy itself.</summary>
    public FoundKey? Take(ReadOnlyMemory<byte> content, string stem, string source)
    {
        if (!KeyFile.TryRead(content, now, out var file, out var why))
        {
            findings.Blocked(AdoptionCode.KeyFile, source, Text.Say($"this key cannot enter the site: {why}"));
            return null;
        }

        if (_keys.Find(k => k.Key.File.Key.Fingerprint == file.Key.Fingerprint) is { } known)
            return known;
        if (!KeyAdmission.TryRead(content, NameFor(stem), now, out var admission, out why))
        {
            // Signatures by it do not count now either: nothing is lost without it.
            findings.Warn(AdoptionCode.KeyFile, source, Text.Say($"the key {file.Key.Fingerprint} is left out: {why}"));
            return null;
        }

        var key = new FoundKey(admission, source);
        _keys.Add(key);
        return key;
    }

    private FoundKey? Read(MachinePath path)
    {
        if (!root.Read(path, KeyRing.MaximumLength).TryGet(out var content, out var error))
        {
            findings.Blocked(error.Problem == MachineProblem.Missing ? AdoptionCode.KeyMissing : AdoptionCode.Unreadable, $"{path}", error.Message);
            return null;
        }

        if (root.StatusFollowed(path).TryGet(out var status, out _) && ((status.Attributes.Mode & OthersWrite) != UnixFileMode.None || status.Attributes.Owner.User != 0))
            findings.Warn(AdoptionCode.KeysWritable, $"{path}", Text.Say("others than root can replace this key: compare its fingerprint with what its owner tells you before you confirm it"));
        return Take(content, Path.GetFileNameWithoutExtension(path.Name), $"{path}");
    }

    private KeyName NameFor(string stem)
    {
        var clean = string.Concat(stem.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '-')).TrimStart('.', '_', '-');
        clean = clean.Length == 0 ? "key" : clean[..Math.Min(clean.Length, LongestName - 4)];
        var name = clean;
        for (var number = 2; _keys.Exists(k => k.Key.Name.Text == name); number++)
            name = $"{clean}-{number}";
        return KeyName.TryParse(name, out var parsed, out var why) ? parsed : throw new InvalidOperationException(why);
    }
}
