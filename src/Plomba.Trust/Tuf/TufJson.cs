using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Plomba.Trust.Tuf;

/// <summary>
/// JSON of TUF metadata: read strictly (no repeated members, limited depth), and written in the canonical form that is
/// signed (§4.2: OLPC's canonical JSON, which is not RFC 8785: only quotes and backslashes are escaped, numbers are
/// integers). Whatever does not fit is a <see cref="FormatException"/>.
/// </summary>
internal static class TufJson
{
    private const int DeepestNesting = 16;

    // A tree of JSON takes up to thirty times the memory of its text.
    private const int MaximumLength = 1024 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = DeepestNesting };

    /// <summary>The document.</summary>
    /// <exception cref="FormatException">It is no such JSON.</exception>
    public static JsonElement Parse(ReadOnlyMemory<byte> text)
    {
        if (text.Length > MaximumLength)
            throw new FormatException(Language.Text.Say($"it is larger than {MaximumLength / 1024} KiB, which metadata is not"));
        try
        {
            return JsonDocument.Parse(text, Strict).RootElement;
        }
        catch (JsonException e)
        {
            throw new FormatException(Language.Text.Say($"not JSON as metadata must be: {e.Message.ReplaceLineEndings(" ")}"), e);
        }
    }

    /// <summary>A document as files have it: indented, for people too.</summary>
    public static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            write(json);
        return [.. buffer.WrittenSpan, (byte)'\n'];
    }

    /// <summary>The bytes that signatures are made over.</summary>
    public static byte[] Canonical(JsonElement value)
    {
        var text = new StringBuilder();
        Append(text, value);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>A member that must be there.</summary>
    public static JsonElement Member(this JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member)
            ? member
            : throw new FormatException(Language.Text.Say($"there is no \"{name}\""));

    /// <summary>The members of an object.</summary>
    public static IEnumerable<JsonProperty> Members(this JsonElement value, string what) => value.ValueKind == JsonValueKind.Object
        ? value.EnumerateObject()
        : throw new FormatException(Language.Text.Say($"{what} is no object"));

    /// <summary>The items of a list.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement value, string what) => value.ValueKind == JsonValueKind.Array
        ? value.EnumerateArray()
        : throw new FormatException(Language.Text.Say($"{what} is no list"));

    /// <summary>A string.</summary>
    public static string Text(this JsonElement value, string what)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString()! : throw new FormatException(Language.Text.Say($"{what} is no string"));
        }
        catch (InvalidOperationException e)
        {
            throw new FormatException(Language.Text.Say($"{what} is not Unicode"), e);
        }
    }

    /// <summary>A whole number from <paramref name="least"/> on.</summary>
    public static long Number(this JsonElement value, string what, long least) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= least && number <= 1L << 53
            ? number
            : throw new FormatException(Language.Text.Say($"{what} is no whole number from {least} on"));

    private static void Append(StringBuilder text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                AppendList(text, '{', '}', value.EnumerateObject().Select(m => (m.Name, m.Value)).OrderBy(m => m.Name, StringComparer.Ordinal), member =>
                {
                    AppendText(text, member.Name);
                    text.Append(':');
                    Append(text, member.Value);
                });
                break;
            case JsonValueKind.Array:
                AppendList(text, '[', ']', value.EnumerateArray(), item => Append(text, item));
                break;
            case JsonValueKind.String:
                AppendText(text, value.Text("a string"));
                break;
            case JsonValueKind.Number:
                text.Append(value.Number("a number", long.MinValue).ToString(CultureInfo.InvariantCulture));
                break;
            default:
                text.Append(value.ValueKind switch { JsonValueKind.True => "true", JsonValueKind.False => "false", _ => "null" });
                break;
        }
    }

    private static void AppendList<T>(StringBuilder text, char open, char close, IEnumerable<T> items, Action<T> append)
    {
        text.Append(open);
        foreach (var (index, item) in items.Index())
        {
            if (index > 0)
                text.Append(',');
            append(item);
        }

        text.Append(close);
    }

    private static void AppendText(StringBuilder text, string value) => text.Append('"')
        .Append(value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal))
        .Append('"');
}
