using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Plomba.Images;

namespace Plomba.Registry.Catalog;

/// <summary>
/// The text of a journal line: one JSON object ending in <c>,"prev":"HEX","hash":"HEX"}</c>. The hash is the SHA-256 of everything
/// before it, the previous line's hash included: a chain, which can be checked without parsing JSON.
/// </summary>
internal static class JournalFormat
{
    /// <summary>Hex digits of a hash.</summary>
    public const int HashLength = 64;

    /// <summary>What stands for the line before the first.</summary>
    public static string Genesis { get; } = new('0', HashLength);

    private static ReadOnlySpan<byte> PrevKey => ",\"prev\":\""u8;

    private static ReadOnlySpan<byte> HashKey => ",\"hash\":\""u8;

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Appends a line to <paramref name="output"/>; its hash.</summary>
    public static string Write(ArrayBufferWriter<byte> output, JournalEntry entry, string previousHash)
    {
        var start = output.WrittenCount;
        using (var json = new Utf8JsonWriter(output, Compact))
            WriteBody(json, entry, previousHash);

        // The writer closed the object; the hash goes in before the brace.
        var signed = output.WrittenSpan[start..^1];
        var hash = Convert.ToHexStringLower(SHA256.HashData(signed));
        var text = $",\"hash\":\"{hash}\"}}\n";
        var written = output.WrittenCount - 1;
        var tail = output.GetSpan(text.Length);
        _ = System.Text.Encoding.ASCII.GetBytes(text.AsSpan(1), tail);
        output.Advance(text.Length - 1);
        System.Runtime.InteropServices.MemoryMarshal.AsMemory(output.WrittenMemory).Span[written] = (byte)',';
        return hash;
    }

    /// <summary>Checks a line (without its newline) against itself and the line before; null when it is right, else what is wrong.</summary>
    public static string? Check(ReadOnlySpan<byte> line, string previousHash)
    {
        if (CheckHash(line) is { } reason)
            return reason;
        return string.Equals(PreviousHashOf(line), previousHash, StringComparison.Ordinal) ? null : Text.Say("it does not follow the entry before it");
    }

    /// <summary>Checks a line against itself alone.</summary>
    public static string? CheckHash(ReadOnlySpan<byte> line)
    {
        var bodyLength = line.Length - (HashKey.Length + HashLength + 2);
        if (bodyLength <= 0 || !line[bodyLength..].StartsWith(HashKey) || !line.EndsWith("\"}"u8))
            return Text.Say("it is no journal entry");
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(line[..bodyLength], hash);
        Span<byte> text = stackalloc byte[HashLength];
        Convert.TryToHexStringLower(hash, text, out _);
        return text.SequenceEqual(line.Slice(bodyLength + HashKey.Length, HashLength)) ? null : Text.Say("its bytes do not have the hash it names");
    }

    /// <summary>The hash of the line before a checked or well-formed one; null when this is no journal line.</summary>
    public static string? PreviousHashOf(ReadOnlySpan<byte> line)
    {
        var at = line.Length - (HashKey.Length + HashLength + 2) - (PrevKey.Length + HashLength + 1);
        return at > 0 && line[at..].StartsWith(PrevKey)
            ? System.Text.Encoding.ASCII.GetString(line.Slice(at + PrevKey.Length, HashLength))
            : null;
    }

    /// <summary>The hash a checked line names.</summary>
    public static string HashOf(ReadOnlySpan<byte> line) => System.Text.Encoding.ASCII.GetString(line[^(HashLength + 2)..^2]);

    /// <summary>Reads a checked line.</summary>
    /// <exception cref="FormatException">It is valid but says something this version does not know.</exception>
    public static JournalEntry Read(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            var actor = new Actor(root.GetProperty("account").GetString() ?? "", root.GetProperty("remote").GetString());
            return new JournalEntry(root.GetProperty("seq").GetInt64(), root.GetProperty("time").GetDateTimeOffset(), actor, ReadEvent(root, actor));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException(Text.Say($"it cannot be read: {e.Message}"), e);
        }
    }

    private static void WriteBody(Utf8JsonWriter json, JournalEntry entry, string previousHash)
    {
        json.WriteStartObject();
        json.WriteNumber("seq", entry.Sequence);
        json.WriteString("time", entry.Time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture));
        json.WriteString("account", entry.Actor.Account);
        json.WriteString("remote", entry.Actor.RemoteAddress);
        WriteEvent(json, entry.Event);
        json.WriteString("prev", previousHash);
        json.WriteEndObject();
    }

    private static void WriteEvent(Utf8JsonWriter json, CatalogEvent what)
    {
        switch (what)
        {
            case CatalogEvent.BlobLinked e:
                WriteHead(json, "blob-link", e.Repository);
                json.WriteString("digest", e.Digest.Text);
                json.WriteNumber("size", e.Size);
                break;
            case CatalogEvent.BlobUnlinked e:
                WriteHead(json, "blob-unlink", e.Repository);
                json.WriteString("digest", e.Digest.Text);
                break;
            case CatalogEvent.ManifestPut e:
                WriteHead(json, "manifest-put", e.Manifest.Repository);
                WriteManifest(json, e.Manifest);
                break;
            case CatalogEvent.ManifestDeleted e:
                WriteHead(json, "manifest-delete", e.Repository);
                json.WriteString("digest", e.Digest.Text);
                json.WriteNumber("signatures", e.Signatures);
                break;
            case CatalogEvent.TagDeleted e:
                WriteHead(json, "tag-delete", e.Repository);
                json.WriteString("tag", e.Tag.Text);
                break;
            case CatalogEvent.SignatureAdded e:
                WriteHead(json, "signature-add", e.Signature.Repository);
                json.WriteString("digest", e.Signature.Manifest.Text);
                json.WriteString("origin", OriginText(e.Signature.Origin));
                json.WriteBase64String("signature", e.Signature.Content.Span);
                break;
            case CatalogEvent.JournalSetAside e:
                json.WriteString("kind", "journal-set-aside");
                json.WriteString("reason", e.Reason);
                break;
            default:
                throw new InvalidOperationException($"{what.GetType().Name} has no journal form");
        }
    }

    private static void WriteHead(Utf8JsonWriter json, string kind, RepositoryName repository)
    {
        json.WriteString("kind", kind);
        json.WriteString("repository", repository.Text);
    }

    private static void WriteManifest(Utf8JsonWriter json, PutManifest manifest)
    {
        json.WriteString("digest", manifest.Digest.Text);
        json.WriteString("mediaType", manifest.MediaType);
        json.WriteNumber("size", manifest.Size);
        WriteList(json, "tags", manifest.Tags.Select(t => t.Text));
        WriteList(json, "blobs", manifest.ReferencedBlobs.Select(d => d.Text));
        WriteList(json, "manifests", manifest.ReferencedManifests.Select(d => d.Text));
        json.WriteString("subject", manifest.Subject?.Text);
        json.WriteString("artifactType", manifest.ArtifactType);
        json.WriteStartObject("annotations");
        if (manifest.Subject is not null)
        {
            foreach (var (key, value) in manifest.Annotations)
                json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static CatalogEvent ReadEvent(JsonElement root, Actor actor)
    {
        var kind = root.GetProperty("kind").GetString();
        return kind switch
        {
            "blob-link" => new CatalogEvent.BlobLinked(RepositoryOf(root), DigestOf(root, "digest"), root.GetProperty("size").GetInt64()),
            "blob-unlink" => new CatalogEvent.BlobUnlinked(RepositoryOf(root), DigestOf(root, "digest")),
            "manifest-put" => new CatalogEvent.ManifestPut(ReadManifest(root, actor)),
            "manifest-delete" => new CatalogEvent.ManifestDeleted(
                RepositoryOf(root), DigestOf(root, "digest"), root.TryGetProperty("signatures", out var signatures) ? signatures.GetInt64() : 0),
            "tag-delete" => new CatalogEvent.TagDeleted(RepositoryOf(root), TagOf(root.GetProperty("tag"))),
            "signature-add" => new CatalogEvent.SignatureAdded(ReadSignature(root, actor)),
            "journal-set-aside" => new CatalogEvent.JournalSetAside(root.GetProperty("reason").GetString() ?? ""),
            _ => throw new FormatException(Text.Say($"its kind \"{kind}\" is not known to this version: a newer plomba wrote it")),
        };
    }

    private static PutManifest ReadManifest(JsonElement root, Actor actor) => new()
    {
        Repository = RepositoryOf(root),
        Digest = DigestOf(root, "digest"),
        MediaType = root.GetProperty("mediaType").GetString() ?? "",
        Size = root.GetProperty("size").GetInt64(),
        Actor = actor,
        Tags = [.. root.GetProperty("tags").EnumerateArray().Select(TagOf)],
        ReferencedBlobs = [.. root.GetProperty("blobs").EnumerateArray().Select(DigestOf)],
        ReferencedManifests = [.. root.GetProperty("manifests").EnumerateArray().Select(DigestOf)],
        Subject = root.GetProperty("subject").ValueKind == JsonValueKind.Null ? null : DigestOf(root, "subject"),
        ArtifactType = root.GetProperty("artifactType").GetString(),
        Annotations = root.GetProperty("annotations").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString() ?? "", StringComparer.Ordinal),
    };

    private static AddSignature ReadSignature(JsonElement root, Actor actor) => new()
    {
        Repository = RepositoryOf(root),
        Manifest = DigestOf(root, "digest"),
        Content = root.GetProperty("signature").GetBytesFromBase64(),
        Actor = actor,
        Origin = OriginOf(root.GetProperty("origin").GetString()),
    };

    private static RepositoryName RepositoryOf(JsonElement root) =>
        RepositoryName.TryParse(root.GetProperty("repository").GetString(), out var name) ? name : throw new FormatException(Text.Say("it names no repository"));

    private static Digest DigestOf(JsonElement root, string property) => DigestOf(root.GetProperty(property));

    private static Digest DigestOf(JsonElement value) =>
        Digest.TryParse(value.GetString(), out var digest) ? digest : throw new FormatException(Text.Say("it holds something that is no digest"));

    private static Tag TagOf(JsonElement value) =>
        Tag.TryParse(value.GetString(), out var tag) ? tag : throw new FormatException(Text.Say("it holds something that is no tag"));

    /// <summary>The word for an origin, in the journal and the index.</summary>
    public static string OriginText(SignatureOrigin origin) => origin switch
    {
        SignatureOrigin.Extension => "extension",
        SignatureOrigin.Inbox => "inbox",
        _ => "import",
    };

    /// <summary>The origin of a word.</summary>
    public static SignatureOrigin OriginOf(string? text) => text switch
    {
        "extension" => SignatureOrigin.Extension,
        "inbox" => SignatureOrigin.Inbox,
        "import" => SignatureOrigin.Import,
        _ => throw new FormatException(Text.Say($"its origin \"{text}\" is not known to this version")),
    };
}
