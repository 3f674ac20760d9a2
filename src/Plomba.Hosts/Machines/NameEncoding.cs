using System.Text;

namespace Plomba.Hosts.Machines;

/// <summary>
/// File names are bytes. Those that are UTF-8 become that text; any other byte becomes one lone surrogate
/// (U+DC80…U+DCFF), so that every name has a text of its own and comes back as the same bytes.
/// </summary>
internal static class NameEncoding
{
    private const int FirstEscape = 0xdc00;

    public static string Decode(ReadOnlySpan<byte> name)
    {
        var text = new StringBuilder(name.Length);
        while (!name.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(name, out var rune, out var length) == System.Buffers.OperationStatus.Done)
            {
                text.Append(rune.ToString());
            }
            else
            {
                length = 1;
                text.Append((char)(FirstEscape + name[0]));
            }

            name = name[length..];
        }

        return text.ToString();
    }

    /// <summary>The bytes of a name, without an end mark; null when the text holds a surrogate that stands for no byte.</summary>
    public static byte[]? Encode(ReadOnlySpan<char> text)
    {
        using var bytes = new MemoryStream(text.Length);
        Span<byte> buffer = stackalloc byte[4];
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out var rune, out var length) == System.Buffers.OperationStatus.Done)
            {
                bytes.Write(buffer[..rune.EncodeToUtf8(buffer)]);
            }
            else if (text[0] is >= (char)(FirstEscape + 0x80) and <= (char)(FirstEscape + 0xff))
            {
                length = 1;
                bytes.WriteByte((byte)(text[0] - FirstEscape));
            }
            else
            {
                return null;
            }

            text = text[length..];
        }

        return bytes.ToArray();
    }
}
