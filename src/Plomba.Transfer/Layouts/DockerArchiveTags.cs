using System.IO.Compression;
using System.Text.Json;
using Org.BouncyCastle.Utilities.Bzip2;
using Plomba.Images;
using Plomba.Images.Transports;

namespace Plomba.Transfer.Layouts;

/// <summary>
/// The names of the images in an archive made by <c>docker save</c>, as its <c>manifest.json</c> gives them. Nothing is
/// unpacked: the archive is read front to back, compressed with gzip or bzip2 or not at all.
/// </summary>
public static class DockerArchiveTags
{
    private const string Manifest = "manifest.json";
    private const int LongestManifest = 1024 * 1024;

    /// <summary>
    /// All names in the order of the images, short names as they were saved; <c>@N</c> for an image without a name. Null
    /// when the manifest names no image at all (the reference implementation tells that from none).
    /// </summary>
    /// <param name="image">The archive; which of its images is meant does not matter.</param>
    /// <param name="open">Opens the archive from its start; called twice when the manifest is a link within it.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="TransferException">There is no such archive, or it is none.</exception>
    public static IReadOnlyList<string>? Read(DockerArchiveImage image, Func<string, Stream> open, CancellationToken cancellation)
    {
        try
        {
            return Names(ReadManifest(() => Open(image.Path, open), cancellation));
        }
        catch (Exception e) when (e is IOException or InvalidDataException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw new TransferException(TransferTrouble.Protocol, e.Message.ReplaceLineEndings(" "), e);
        }
    }

    private static Stream Open(string path, Func<string, Stream> open)
    {
        Stream archive;
        try
        {
            archive = open(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            var why = e is FileNotFoundException or DirectoryNotFoundException ? "no such file or directory" : e.Message;
            throw new TransferException(TransferTrouble.NotFound, $"opening file \"{path}\": open {path}: {why}", e);
        }

        try
        {
            return Expanded(path, archive);
        }
        catch
        {
            archive.Dispose();
            throw;
        }
    }

    private static Stream Expanded(string path, Stream archive)
    {
        var start = new byte[6];
        var content = new StartedStream(start.AsMemory(0, archive.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)), archive);
        return start switch
        {
            [0x1f, 0x8b, 0x08, ..] => new GZipStream(content, CompressionMode.Decompress),
            [(byte)'B', (byte)'Z', (byte)'h', ..] => new CBZip2InputStream(content),
            [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0] => throw Unknown("xz"),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => throw Unknown("zstd"),
            _ when archive.CanSeek => FromStart(archive),
            _ => content,
        };

        TransferException Unknown(string how) => new(
            TransferTrouble.Configuration, $"detecting compression for file \"{path}\": it is compressed with {how}, which is not read here: expand it first");
    }

    private static Stream FromStart(Stream archive)
    {
        archive.Position = 0;
        return archive;
    }

    private static byte[] ReadManifest(Func<Stream> open, CancellationToken cancellation)
    {
        try
        {
            return Find(open, Manifest, isLinkFollowed: true, cancellation);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"loading tar component {Manifest}: {e.Message}", e);
        }
    }

    // One link is followed, so that no two can lead to each other; where it leads is looked for in the archive only.
    private static byte[] Find(Func<Stream> open, string name, bool isLinkFollowed, CancellationToken cancellation)
    {
        string? target = null;
        using (var archive = open())
        {
            var entries = new TarEntries(archive);
            while (target is null)
            {
                var entry = entries.Next(cancellation) ?? throw new InvalidDataException("file does not exist");
                if (Cleaned(entry.Name) != name)
                    continue;
                if (entry.Kind == TarEntryKind.File)
                    return entries.Read(LongestManifest);
                target = entry.Kind == TarEntryKind.Link && isLinkFollowed
                    ? Cleaned(entry.Target)
                    : throw new InvalidDataException($"Error reading tar archive component {entry.Name}: not a regular file");
            }
        }

        return Find(open, target, isLinkFollowed: false, cancellation);
    }

    private static string Cleaned(string name)
    {
        var parts = new List<string>();
        foreach (var part in name.Split('/'))
        {
            if (part is "" or ".")
                continue;
            if (part == ".." && parts is [.., not ".."])
                parts.RemoveAt(parts.Count - 1);
            else if (part != ".." || !name.StartsWith('/'))
                parts.Add(part);
        }

        return (name.StartsWith('/') ? "/" : "") + string.Join('/', parts);
    }

    private static List<string>? Names(byte[] manifest)
    {
        var images = ReadImages(manifest);
        var first = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var index = 0; index < images.Count; index++)
        {
            foreach (var tag in images[index])
                first.TryAdd(Checked(tag, index).Text, tag);
        }

        // A name that two images have, or that is written in two ways, is listed each time as where it is found first.
        var names = images.SelectMany((tags, index) => tags.Length == 0 ? [$"@{index}"] : tags.Select(tag => first[Checked(tag, index).Text])).ToList();
        return names.Count == 0 ? null : names;
    }

    private static ImageReference Checked(string tag, int index)
    {
        if (!ImageReference.TryParse(tag, out var reference, out var error))
            throw new InvalidDataException($"Invalid tag \"{tag}\" in manifest item @{index}: {error.Message}");
        if (reference.Tag is null)
            throw new InvalidDataException($"Invalid tag {tag} ({reference.Text}): does not contain a tag");
        if (reference.Digest is not null)
            throw new InvalidDataException($"creating a reference for tag \"{tag}\" in manifest item @{index}: docker-archive doesn't support digest references: {reference.Text}");
        return reference;
    }

    // [{"Config": path, "RepoTags": [name…], "Layers": [path…]}…]; null stands for empty, names of members in any case.
    private static List<string[]> ReadImages(byte[] manifest)
    {
        try
        {
            using var document = JsonDocument.Parse(manifest);
            return [.. Items(document.RootElement).Select(item =>
            {
                foreach (var path in Members(item, "Config").Concat(Members(item, "Parent")))
                    _ = path.GetString();
                foreach (var layers in Members(item, "Layers"))
                    _ = Strings(layers);
                return Members(item, "RepoTags").Select(Strings).LastOrDefault() ?? [];
            })];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"decoding tar manifest.json: {e.Message}", e);
        }
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement json) => json.ValueKind == JsonValueKind.Null ? default : json.EnumerateArray();

    private static IEnumerable<JsonElement> Members(JsonElement json, string name) => json.ValueKind == JsonValueKind.Null
        ? []
        : json.EnumerateObject().Where(m => string.Equals(m.Name, name, StringComparison.OrdinalIgnoreCase)).Select(m => m.Value);

    private static string[] Strings(JsonElement json) => [.. Items(json).Select(item => item.GetString() ?? "")];
}
