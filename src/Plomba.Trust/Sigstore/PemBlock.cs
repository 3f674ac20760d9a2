using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Plomba.Trust.Sigstore;

/// <summary>
/// One PEM block, found as the reference implementation (Go's encoding/pem) finds it: text before, between and after
/// blocks is ignored, header lines are skipped, the base64 is strict but for blanks, and a block that is damaged is passed
/// over in favour of a later one. .NET's reader differs in each of these.
/// </summary>
/// <param name="Type">What stands after BEGIN, as written.</param>
/// <param name="HasHeaders">Lines such as <c>Proc-Type: 4,ENCRYPTED</c> precede the base64.</param>
/// <param name="Der">The decoded content.</param>
internal sealed record PemBlock(string Type, bool HasHeaders, byte[] Der)
{
    // Each damaged block costs a search up to the next end line; a file made of nothing else must not cost its square.
    private const int MostDamaged = 100;

    /// <summary>The first whole block of <paramref name="text"/>, which is then left behind that block's last line.</summary>
    public static bool TryRead(ref ReadOnlySpan<byte> text, [NotNullWhen(true)] out PemBlock? block)
    {
        block = null;
        var rest = text;
        for (var damaged = 0; damaged < MostDamaged && TrySkipBegin(ref rest, out var type);)
        {
            if (type is null)
                continue;
            if (TryReadBody(ref rest, type, out block))
            {
                text = rest;
                return true;
            }

            damaged++;
        }

        return false;
    }

    /// <summary>The text of a block without headers, in lines of 64 characters.</summary>
    public static string Write(string type, ReadOnlySpan<byte> der) => System.Security.Cryptography.PemEncoding.WriteString(type, der) + "\n";

    // Leaves the text behind the next line that starts a block; the type is null when that line is no whole BEGIN line.
    private static bool TrySkipBegin(ref ReadOnlySpan<byte> text, out string? type)
    {
        type = null;
        if (!text.StartsWith("-----BEGIN "u8))
        {
            var at = text.IndexOf("\n-----BEGIN "u8);
            if (at < 0)
                return false;
            text = text[(at + 1)..];
        }

        text = text["-----BEGIN ".Length..];
        var line = Line(ref text);
        if (line.EndsWith("-----"u8))
            type = Encoding.UTF8.GetString(line[..^5]);
        return true;
    }

    private static bool TryReadBody(ref ReadOnlySpan<byte> text, string type, [NotNullWhen(true)] out PemBlock? block)
    {
        block = null;
        var hasHeaders = SkipHeaders(ref text);
        int end, afterMark;
        if (!hasHeaders && text.StartsWith("-----END "u8))
            (end, afterMark) = (0, "-----END ".Length);
        else
            (end, afterMark) = (text.IndexOf("\n-----END "u8), text.IndexOf("\n-----END "u8) + "\n-----END ".Length);
        if (end < 0)
        {
            text = default;
            return false;
        }

        var after = text[afterMark..];
        var endLine = Line(ref after);
        if (!endLine.SequenceEqual(Encoding.UTF8.GetBytes(type + "-----")) || !TryDecode(text[..end], out var der))
            return false;
        block = new PemBlock(type, hasHeaders, der);
        text = after;
        return true;
    }

    private static bool SkipHeaders(ref ReadOnlySpan<byte> text)
    {
        var any = false;
        while (!text.IsEmpty)
        {
            var after = text;
            if (!Line(ref after).Contains((byte)':'))
                break;
            any = true;
            text = after;
        }

        return any;
    }

    private static ReadOnlySpan<byte> Line(ref ReadOnlySpan<byte> text)
    {
        var newline = text.IndexOf((byte)'\n');
        var line = newline < 0 ? text : text[..newline];
        text = newline < 0 ? default : text[(newline + 1)..];
        return line.TrimEnd(" \t\r\n"u8);
    }

    private static bool TryDecode(ReadOnlySpan<byte> base64, [NotNullWhen(true)] out byte[]? der)
    {
        der = null;
        // The beginning of another block, which a large text of many beginnings has again and again.
        if (base64.Contains((byte)'-'))
            return false;
        var dense = Encoding.UTF8.GetString(base64).Replace(" ", "", StringComparison.Ordinal).Replace("\t", "", StringComparison.Ordinal);
        return Json.StrictBase64.TryDecode(dense, out der);
    }
}
