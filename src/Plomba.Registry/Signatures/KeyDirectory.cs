using Microsoft.Extensions.Logging;
using Plomba.Files;
using Plomba.Registry.Access;
using Plomba.Trust.Keys;

namespace Plomba.Registry.Signatures;

/// <summary>A public key as <c>/keys/</c> serves it.</summary>
/// <param name="Name">Its name: the file name without <c>.pgp</c>.</param>
/// <param name="Bytes">The file's content.</param>
/// <param name="Info">What the key says of itself.</param>
internal sealed record ServedKey(string Name, ReadOnlyMemory<byte> Bytes, KeyInfo Info)
{
    /// <summary>Its name below <c>/keys/</c>.</summary>
    public string FileName => Name + KeyDirectory.Extension;
}

/// <summary>
/// The public keys that count: with a site its keys, each only while its file holds exactly the key with the site's fingerprint; without a
/// site every valid <c>*.pgp</c> of the directory. Files are looked at again when something changed, at most once a second. Thread-safe.
/// </summary>
internal sealed partial class KeyDirectory(TimeProvider clock, ILogger<KeyDirectory> log)
{
    /// <summary>What key files are called.</summary>
    public const string Extension = ".pgp";

    private const int MaximumSize = 1024 * 1024;
    private const int MaximumKeys = 1000;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // A key may be a link: the directory is the administrator's.
    private static readonly EnumerationOptions Readable = new() { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.Directory };

    private readonly Lock _loading = new();
    private volatile Snapshot? _snapshot;

    /// <summary>Whether a text can be a file below <c>/keys/</c>: <c>[a-z0-9][a-z0-9._-]{0,63}.pgp</c>.</summary>
    public static bool IsFileName(string text) =>
        text.EndsWith(Extension, StringComparison.Ordinal)
        && text[..^Extension.Length] is { Length: > 0 and <= 64 } name
        && (char.IsAsciiLetterLower(name[0]) || char.IsAsciiDigit(name[0]))
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-');

    /// <summary>The keys, by name. The same list object as long as nothing changed.</summary>
    public IReadOnlyList<ServedKey> Read(SiteView site)
    {
        if (_snapshot is { } recent && ReferenceEquals(recent.Site, site) && clock.GetElapsedTime(recent.LookedAt) < Interval)
            return recent.Keys;
        lock (_loading)
        {
            var names = Names(site);
            var stamp = Stamp(site.KeysDirectory, names);
            var old = _snapshot;
            var keys = old is not null && ReferenceEquals(old.Site, site) && old.Stamp == stamp ? old.Keys : Load(site, names);
            _snapshot = new Snapshot(site, stamp, clock.GetTimestamp(), keys);
            return keys;
        }
    }

    private static List<string> Names(SiteView site)
    {
        if (site.Keys is { } keys)
            return [.. keys.Select(key => key.Name)];
        if (!Directory.Exists(site.KeysDirectory))
            return [];
        return [.. Directory.EnumerateFiles(site.KeysDirectory, "*" + Extension, Readable)
            .Select(path => Path.GetFileName(path))
            .Where(IsFileName)
            .Order(StringComparer.Ordinal)
            .Take(MaximumKeys)
            .Select(file => file[..^Extension.Length])];
    }

    private static string Stamp(string directory, List<string> names) => string.Join('|', names.Select(name =>
    {
        var file = new FileInfo(Path.Combine(directory, name + Extension));
        return file.Exists ? $"{name}:{file.LastWriteTimeUtc.Ticks}:{file.Length}" : name;
    }));

    private List<ServedKey> Load(SiteView site, List<string> names)
    {
        var keys = new List<ServedKey>();
        foreach (var name in names)
        {
            var path = Path.Combine(site.KeysDirectory, name + Extension);
            var wanted = site.Keys?.First(key => key.Name == name).Fingerprint;
            if (Read(path, out var bytes, out var info) is { } reason)
                LogNotCounted(path, reason);
            else if (wanted is not null && info!.Fingerprint.Text != wanted)
                LogNotCounted(path, $"it holds {info.Fingerprint}, the site says {wanted}");
            else
                keys.Add(new ServedKey(name, bytes, info!));
        }

        return keys;
    }

    private string? Read(string path, out ReadOnlyMemory<byte> bytes, out KeyInfo? info)
    {
        (bytes, info) = (default, null);
        try
        {
            if (RegularFile.ReadUpTo(path, MaximumSize) is not { } read)
                return "it is larger than 1 MiB";
            bytes = read;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }

        if (!KeyFile.TryRead(bytes, clock.GetUtcNow(), out var file, out var error))
            return error;
        info = file.Key;
        return null;
    }

    [LoggerMessage(EventId = 234, Level = LogLevel.Warning, Message = "{File} does not count: {Reason}")]
    private partial void LogNotCounted(string file, string reason);

    private sealed record Snapshot(SiteView Site, string Stamp, long LookedAt, IReadOnlyList<ServedKey> Keys);
}
