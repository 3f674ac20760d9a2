using System.Collections.Immutable;
using System.Text.Json;

namespace Plomba.Hosts.Stores;

/// <summary>
/// Reads the lists of records of a store. Their owner can write anything into them, so what podman could understand in
/// another way (a member twice, or in another case) makes the whole file unusable: such a store is reported, not believed.
/// </summary>
internal static class StoreJson
{
    /// <summary>Longest list that is read, in bytes: a hundred times that of a large store.</summary>
    public const int LongestList = 64 * 1024 * 1024;

    private const int LongestRecord = 1024 * 1024;
    private const int MostRecords = 20_000;
    private const int MostNames = 10_000;
    private const int MostSignatures = 128;
    private const int LongestText = 4096;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    /// <summary>The records; null with the reason when the bytes are no such list.</summary>
    public static ImmutableArray<ImageRecord>? Images(ReadOnlyMemory<byte> bytes, out string error) => Read(bytes, Image, out error);

    /// <inheritdoc cref="Images"/>
    public static ImmutableArray<ContainerRecord>? Containers(ReadOnlyMemory<byte> bytes, out string error) => Read(
        bytes, e => new ContainerRecord(Id(e), Texts(e, "names"), Text(e, "image")), out error);

    /// <inheritdoc cref="Images"/>
    public static ImmutableArray<LayerRecord>? Layers(ReadOnlyMemory<byte> bytes, out string error) => Read(
        bytes, e => new LayerRecord(Text(e, "id"), Text(e, "parent"), Text(e, "diff-digest")), out error);

    private static ImageRecord Image(JsonElement e)
    {
        var (sizes, defaults) = Metadata(Text(e, "metadata", LongestList));
        return new ImageRecord(
            Id(e), Texts(e, "names"), Texts(e, "names-history"), Text(e, "layer"), Texts(e, "big-data-names"), sizes, defaults);
    }

    private static ImmutableArray<T>? Read<T>(ReadOnlyMemory<byte> bytes, Func<JsonElement, T> one, out string error)
    {
        error = "";
        try
        {
            return Records(bytes.Span, one);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            // The JSON reader's own text quotes what it stumbled over, however long.
            error = e is JsonException json ? Language.Text.Say($"no JSON as a store has it (line {json.LineNumber + 1}, byte {json.BytePositionInLine})") : e.Message;
            return null;
        }
    }

    // One record at a time: a tree of the whole list would take many times its memory.
    private static ImmutableArray<T> Records<T>(ReadOnlySpan<byte> bytes, Func<JsonElement, T> one)
    {
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = Strict.MaxDepth });
        reader.Read();
        var records = ImmutableArray.CreateBuilder<T>();
        // A store that never held anything says null.
        if (reader.TokenType != JsonTokenType.Null)
        {
            if (reader.TokenType != JsonTokenType.StartArray)
                throw new FormatException(Language.Text.Say("a list is expected"));
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (records.Count == MostRecords)
                    throw new FormatException(Language.Text.Say($"it holds more than {MostRecords} records"));
                records.Add(one(Record(ref reader, bytes)));
            }
        }

        return reader.Read() ? throw new FormatException(Language.Text.Say("something follows the list")) : records.ToImmutable();
    }

    private static JsonElement Record(ref Utf8JsonReader reader, ReadOnlySpan<byte> bytes)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        if (reader.BytesConsumed - start > LongestRecord)
            throw new FormatException(Language.Text.Say($"a record is longer than {LongestRecord} bytes"));
        using var document = JsonDocument.Parse(bytes[start..(int)reader.BytesConsumed].ToArray(), Strict);
        return document.RootElement.Clone();
    }

    // The metadata is a text that holds JSON of its own.
    private static (ImmutableDictionary<string, ImmutableArray<int>> Sizes, ImmutableArray<int> Defaults) Metadata(string text)
    {
        var none = ImmutableDictionary.Create<string, ImmutableArray<int>>(StringComparer.Ordinal);
        if (text.Length == 0)
            return (none, []);
        using var document = JsonDocument.Parse(text, Strict);
        var root = document.RootElement;
        var sizes = Member(root, "signatures-sizes") is { ValueKind: JsonValueKind.Object } map
            ? none.AddRange(map.EnumerateObject().Select(m => KeyValuePair.Create(m.Name, Sizes(m.Value))))
            : none;
        return (sizes, Member(root, "signature-sizes") is { } defaults ? Sizes(defaults) : []);
    }

    private static ImmutableArray<int> Sizes(JsonElement list)
    {
        if (list.ValueKind == JsonValueKind.Null)
            return [];
        if (list.GetArrayLength() > MostSignatures)
            throw new FormatException(Language.Text.Say($"an image has more than {MostSignatures} signatures"));
        return [.. list.EnumerateArray().Select(s => s.GetInt32() is >= 0 and var size ? size : throw new FormatException(Language.Text.Say("a size is negative")))];
    }

    private static string Id(JsonElement e) => Text(e, "id") is { Length: 64 } id && id.All(char.IsAsciiHexDigitLower)
        ? id
        : throw new FormatException(Language.Text.Say("an id is not made of 64 hex digits"));

    private static string Text(JsonElement e, string name, int longest = LongestText) => Member(e, name) switch
    {
        null or { ValueKind: JsonValueKind.Null } => "",
        { } value => Limited(value.GetString(), longest),
    };

    private static ImmutableArray<string> Texts(JsonElement e, string name)
    {
        if (Member(e, name) is not { ValueKind: not JsonValueKind.Null } list)
            return [];
        if (list.GetArrayLength() > MostNames)
            throw new FormatException(Language.Text.Say($"{name} holds more than {MostNames} texts"));
        return [.. list.EnumerateArray().Select(t => Limited(t.GetString(), LongestText))];
    }

    private static string Limited(string? text, int longest) =>
        (text ?? "").Length <= longest ? text ?? "" : throw new FormatException(Language.Text.Say($"a text is longer than {longest} characters"));

    // Go finds a member in any case; we find it in its own, and refuse the others.
    private static JsonElement? Member(JsonElement e, string name)
    {
        JsonElement? found = null;
        foreach (var member in e.EnumerateObject())
        {
            if (!string.Equals(member.Name, name, StringComparison.OrdinalIgnoreCase))
                continue;
            if (!string.Equals(member.Name, name, StringComparison.Ordinal))
                throw new FormatException(Language.Text.Say($"\"{name}\" is written in another case"));
            found = member.Value;
        }

        return found;
    }
}
