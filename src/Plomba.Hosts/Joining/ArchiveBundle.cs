using System.Formats.Tar;
using System.IO.Compression;
using Plomba.Files;

namespace Plomba.Hosts.Joining;

/// <summary>
/// A trust bundle that was carried here as a tar archive, plain or compressed with gzip, with or without a directory
/// around it. It is read into memory and never unpacked: names in it are compared, not opened.
/// </summary>
public sealed class ArchiveBundle : IBundleSource
{
    private const int MostEntries = 20_000;
    private const int LongestFile = 5_000_000;
    private const long MostBytes = 256 * 1024 * 1024;

    private readonly IReadOnlyDictionary<string, byte[]> _files;

    private ArchiveBundle(IReadOnlyDictionary<string, byte[]> files) => _files = files;

    /// <summary>Reads an archive; null with the reason.</summary>
    public static async Task<(ArchiveBundle? Bundle, string? Why)> ReadAsync(string path, CancellationToken cancellation)
    {
        try
        {
            await using var file = RegularFile.OpenRead(path);
            var isCompressed = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
            file.Position = 0;
            await using var content = isCompressed ? new GZipStream(file, CompressionMode.Decompress) : (Stream)file;
            var files = await ReadAsync(content, cancellation);
            return (new ArchiveBundle(files), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or FormatException or NotSupportedException)
        {
            return (null, Text.Say($"{path} is no archive of a trust bundle: {e.Message.ReplaceLineEndings(" ")}"));
        }
    }

    /// <inheritdoc/>
    public Task<BundleFile> FetchAsync(string name, int limit, CancellationToken cancellation) => Task.FromResult<BundleFile>(
        !_files.TryGetValue(name, out var content) ? new BundleFile.Missing()
        : content.Length > limit ? new BundleFile.TooLong()
        : new BundleFile.Content(content));

    private static async Task<Dictionary<string, byte[]>> ReadAsync(Stream content, CancellationToken cancellation)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        long bytes = 0;
        var entries = 0;
        await using var reader = new TarReader(content);
        while (await reader.GetNextEntryAsync(copyData: false, cancellation) is { } entry)
        {
            if (++entries > MostEntries || (bytes += entry.Length) > MostBytes)
                throw new InvalidDataException(Text.Say("it is larger than trust bundles are"));
            if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile && entry.Length <= LongestFile && entry.DataStream is { } data
                && await BoundedStream.ReadAsync(data, LongestFile, cancellation) is BundleFile.Content file)
            {
                files[NameOf(entry.Name)] = file.Bytes.ToArray();
            }
        }

        // Everything in one directory: its name is the archive's own business.
        const string mark = "timestamp.json";
        var around = files.ContainsKey(mark) ? "" : files.Keys.FirstOrDefault(n => n.EndsWith($"/{mark}", StringComparison.Ordinal))?[..^mark.Length]
            ?? throw new InvalidDataException(Text.Say("there is no timestamp.json in it"));
        return files.Where(f => f.Key.StartsWith(around, StringComparison.Ordinal)).ToDictionary(f => f.Key[around.Length..], f => f.Value, StringComparer.Ordinal);
    }

    private static string NameOf(string name) => name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;
}
