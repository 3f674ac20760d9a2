using System.Text;

namespace Plomba.Trust.OpenPgp;

/// <summary>ASCII armor (RFC 4880 §6): any number of blocks, text before and between them ignored, checksums enforced.</summary>
internal static class Armor
{
    public const string PublicKey = "PGP PUBLIC KEY BLOCK";
    public const string PrivateKey = "PGP PRIVATE KEY BLOCK";
    public const string Message = "PGP MESSAGE";

    /// <summary>Every packet header has the highest bit set, no text has it in its first byte.</summary>
    public static bool IsBinary(ReadOnlySpan<byte> bytes) => bytes is [>= 0x80, ..];

    /// <summary>
    /// The decoded blocks whose label is one of <paramref name="labels"/>, in order; the last may be an error in place of bytes.
    /// </summary>
    public static IEnumerable<(ReadOnlyMemory<byte> Bytes, string? Error)> Decode(ReadOnlyMemory<byte> text, params string[] labels)
    {
        var lines = new StringReader(Encoding.Latin1.GetString(text.Span));
        while (lines.ReadLine() is { } line)
        {
            if (Label(line) is not { } label || !labels.Contains(label, StringComparer.Ordinal))
                continue;
            var (bytes, error) = DecodeBlock(lines, label);
            yield return (bytes, error);
            if (error is not null)
                yield break;
        }
    }

    /// <summary>Puts armor around <paramref name="bytes"/>.</summary>
    public static string Encode(string label, ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder().Append("-----BEGIN ").Append(label).Append("-----\n\n");
        var base64 = Convert.ToBase64String(bytes);
        for (var i = 0; i < base64.Length; i += LineLength)
            text.Append(base64.AsSpan(i, Math.Min(LineLength, base64.Length - i))).Append('\n');
        return text.Append('=').Append(Checksum(bytes)).Append("\n-----END ").Append(label).Append("-----\n").ToString();
    }

    private const int LineLength = 64;

    private static string? Label(string line)
    {
        line = line.TrimEnd();
        return line.StartsWith("-----BEGIN ", StringComparison.Ordinal) && line.EndsWith("-----", StringComparison.Ordinal) && line.Length > 16
            ? line[11..^5]
            : null;
    }

    private static (ReadOnlyMemory<byte> Bytes, string? Error) DecodeBlock(StringReader lines, string label)
    {
        // Headers (Version:, Comment:) end at an empty line; they mean nothing here.
        while (lines.ReadLine() is { } header && header.Trim().Length > 0)
        {
            if (!header.Contains(": ", StringComparison.Ordinal))
                return (default, Text.Say("armor without an empty line after its headers"));
        }

        var base64 = new StringBuilder();
        string? checksum = null;
        while (lines.ReadLine()?.Trim() is { } line)
        {
            if (line == $"-----END {label}-----")
                return Finish(base64.ToString(), checksum);
            if (checksum is not null)
                return (default, Text.Say("armor goes on after its checksum"));
            if (line is ['=', _, _, _, _])
                checksum = line[1..];
            else
                base64.Append(line);
        }

        return (default, Text.Say("armor without its end line"));
    }

    private static (ReadOnlyMemory<byte> Bytes, string? Error) Finish(string base64, string? checksum)
    {
        var bytes = new byte[base64.Length];
        if (!Convert.TryFromBase64String(base64, bytes, out var length))
            return (default, Text.Say("armor that is not base64"));
        if (checksum is not null && checksum != Checksum(bytes.AsSpan(0, length)))
            return (default, Text.Say("armor whose checksum does not match"));
        return (bytes.AsMemory(0, length), null);
    }

    // CRC-24 of RFC 4880 §6.1.
    private static string Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xB704CEu;
        foreach (var value in bytes)
        {
            crc ^= (uint)value << 16;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 0x800000) != 0 ? (crc << 1) ^ 0x1864CFBu : crc << 1;
        }

        return Convert.ToBase64String([(byte)(crc >> 16), (byte)(crc >> 8), (byte)crc]);
    }
}
