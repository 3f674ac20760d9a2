using System.Buffers;
using System.Text.Json;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;
using Plomba.Images;
using Plomba.Site.Names;

namespace Plomba.Hosts.Applying;

/// <summary>
/// A record as JSON, format 1. The contents of files are files of their own beside it, named by their number; names of
/// any bytes are written as <see cref="PrintedText"/>.
/// </summary>
internal static class RecordFormat
{
    public const int MaximumSize = 16 * 1024 * 1024;

    /// <summary>The JSON, and the contents it refers to in the order of their numbers.</summary>
    public static (byte[] Json, IReadOnlyList<ReadOnlyMemory<byte>> Contents) Write(TransactionRecord record)
    {
        var contents = new List<ReadOnlyMemory<byte>>();
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("format", 1);
            json.WriteNumber("number", record.Number);
            json.WriteString("started", record.Started.UtcDateTime);
            json.WriteString("token", record.Token);
            json.WriteString("purpose", record.Purpose);
            if (record.Undoes is { } undoes)
                json.WriteNumber("undoes", undoes);
            json.WriteStartArray("changes");
            foreach (var change in record.Changes)
                Write(json, change, contents);
            json.WriteEndArray();
            json.WriteStartArray("activations");
            foreach (var activation in record.Activations)
                Write(json, activation);
            json.WriteEndArray();
            json.WriteStartArray("fastened");
            foreach (var directory in record.Fastened)
            {
                json.WriteStartObject();
                json.WriteString("path", directory.Path.ToString());
                json.WriteNumber("locks", (uint)directory.Locks);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return (bytes.WrittenSpan.ToArray(), contents);
    }

    /// <summary>Reads a record back.</summary>
    /// <param name="json">What <see cref="Write(TransactionRecord)"/> gave.</param>
    /// <param name="content">Gives the content of a number.</param>
    /// <exception cref="FormatException">It is no record of this format, or a content is not what the record says.</exception>
    public static TransactionRecord Read(ReadOnlyMemory<byte> json, Func<int, ReadOnlyMemory<byte>> content)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.GetProperty("format").GetInt32() != 1)
                throw new FormatException(Text.Say("a newer program wrote this record"));
            return new TransactionRecord
            {
                Number = root.GetProperty("number").GetInt32(),
                Started = root.GetProperty("started").GetDateTimeOffset(),
                Token = root.GetProperty("token").GetString()!,
                Purpose = root.GetProperty("purpose").GetString()!,
                Undoes = root.TryGetProperty("undoes", out var undoes) ? undoes.GetInt32() : null,
                Changes = [.. root.GetProperty("changes").EnumerateArray().Select(e => ReadChange(e, content))],
                Activations = [.. root.GetProperty("activations").EnumerateArray().Select(ReadActivation)],
                Fastened = [.. root.GetProperty("fastened").EnumerateArray().Select(e => new LockedDirectory(ReadPath(e.GetProperty("path")), (InodeFlags)e.GetProperty("locks").GetUInt32() & FurtherAttributes.Locks))],
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException(Text.Say($"it is damaged: {e.Message}"), e);
        }
    }

    private static void Write(Utf8JsonWriter json, Change change, List<ReadOnlyMemory<byte>> contents)
    {
        json.WriteStartObject();
        json.WriteString("path", change.Path.ToString());
        json.WriteString("why", change.Why);
        json.WriteBoolean("shared", change.IsShared);
        Write(json, "before", change.Before, contents);
        Write(json, "after", change.After, contents);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, NodeState? state, List<ReadOnlyMemory<byte>> contents)
    {
        if (state is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteString("kind", state.Kind.ToString());
        switch (state)
        {
            case FileState file:
                Write(json, file.Attributes);
                json.WriteNumber("content", contents.Count);
                json.WriteString("digest", Digest.Sha256(file.Content.Span).ToString());
                contents.Add(file.Content);
                break;
            case DirectoryState directory:
                Write(json, directory.Attributes);
                break;
            case LinkState link:
                Write(json, new NodeAttributes(link.Owner, default));
                json.WriteString("target", PrintedText.Print(link.Target));
                break;
            case SpecialState special:
                Write(json, special.Attributes);
                json.WriteNumber("device", special.Device);
                break;
        }

        Write(json, state.Further);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, FurtherAttributes further)
    {
        if (further.Flags != InodeFlags.None)
            json.WriteNumber("flags", (uint)further.Flags);
        if (further.Extended.IsEmpty)
            return;
        json.WriteStartArray("extended");
        foreach (var (name, value) in further.Extended)
        {
            json.WriteStartObject();
            json.WriteString("name", PrintedText.Print(name));
            json.WriteBase64String("value", value.Span);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, NodeAttributes attributes)
    {
        json.WriteNumber("user", attributes.Owner.User);
        json.WriteNumber("group", attributes.Owner.Group);
        json.WriteString("mode", ModeText.Octal(attributes.Mode));
        json.WriteBoolean("immutable", attributes.Immutable);
    }

    private static void Write(Utf8JsonWriter json, Activation activation)
    {
        json.WriteStartObject();
        json.WriteString("kind", activation.Kind.ToString());
        json.WriteString("subject", activation.Subject);
        if (activation.User is { } user)
            json.WriteString("user", user.Text);
        json.WriteEndObject();
    }

    private static Change ReadChange(JsonElement element, Func<int, ReadOnlyMemory<byte>> content) => new(
        ReadPath(element.GetProperty("path")),
        ReadState(element.GetProperty("before"), content),
        ReadState(element.GetProperty("after"), content),
        element.GetProperty("why").GetString()!)
    {
        IsShared = element.GetProperty("shared").GetBoolean(),
    };

    private static NodeState? ReadState(JsonElement element, Func<int, ReadOnlyMemory<byte>> content)
    {
        if (element.ValueKind == JsonValueKind.Null)
            return null;
        var attributes = new NodeAttributes(
            new Owner(element.GetProperty("user").GetUInt32(), element.GetProperty("group").GetUInt32()),
            (UnixFileMode)Convert.ToInt32(element.GetProperty("mode").GetString(), 8),
            element.GetProperty("immutable").GetBoolean());
        NodeState state = Enum.Parse<NodeKind>(element.GetProperty("kind").GetString()!) switch
        {
            NodeKind.File => new FileState(ReadContent(element, content), attributes),
            NodeKind.Directory => new DirectoryState(attributes),
            NodeKind.SymbolicLink => new LinkState(ReadText(element.GetProperty("target")), attributes.Owner),
            var kind => new SpecialState(kind, attributes, element.GetProperty("device").GetUInt64()),
        };
        return state with { Further = ReadFurther(element) };
    }

    private static ReadOnlyMemory<byte> ReadContent(JsonElement element, Func<int, ReadOnlyMemory<byte>> content)
    {
        var bytes = content(element.GetProperty("content").GetInt32());
        return Digest.Sha256(bytes.Span).ToString() == element.GetProperty("digest").GetString()
            ? bytes
            : throw new FormatException(Text.Say("the content of a file that it keeps is damaged"));
    }

    private static FurtherAttributes ReadFurther(JsonElement element)
    {
        var flags = element.TryGetProperty("flags", out var number) ? (InodeFlags)number.GetUInt32() & FurtherAttributes.Known : InodeFlags.None;
        var extended = element.TryGetProperty("extended", out var list)
            ? list.EnumerateArray().Select(e => KeyValuePair.Create(ReadText(e.GetProperty("name")), (ReadOnlyMemory<byte>)e.GetProperty("value").GetBytesFromBase64()))
            : [];
        return new FurtherAttributes(extended, flags);
    }

    private static Activation ReadActivation(JsonElement element) => new(
        Enum.Parse<ActivationKind>(element.GetProperty("kind").GetString()!),
        element.GetProperty("subject").GetString()!)
    {
        User = element.TryGetProperty("user", out var user) && AccountName.TryParse(user.GetString()!, out var name, out _) ? name : null,
    };

    private static MachinePath ReadPath(JsonElement element) =>
        MachinePath.TryParsePrinted(element.GetString()!, out var path) ? path : throw new FormatException(Text.Say("a path in it is damaged"));

    private static string ReadText(JsonElement element) =>
        PrintedText.TryParse(element.GetString()!, out var text) ? text : throw new FormatException(Text.Say("a name in it is damaged"));
}
