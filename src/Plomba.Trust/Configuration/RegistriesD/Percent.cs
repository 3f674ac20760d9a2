using System.Buffers;
using System.Globalization;
using System.Text;

namespace Plomba.Trust.Configuration.RegistriesD;

/// <summary>Percent encoding by the reference's tables (Go's net/url), which differ from RFC 3986 and from .NET.</summary>
internal static class Percent
{
    private const string Unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";

    /// <summary>What stays as it is in a whole path.</summary>
    public static SearchValues<char> InPath { get; } = SearchValues.Create(Unreserved + "$&+,/:;=@");

    /// <summary>What stays as it is in a host with a port.</summary>
    public static SearchValues<char> InHost { get; } = SearchValues.Create(Unreserved + "!$&'()*+,;=:[]<>\"");

    /// <summary>What stays as it is in a user name or password.</summary>
    public static SearchValues<char> InUserInfo { get; } = SearchValues.Create(Unreserved + "$&+,;=");

    /// <summary>Escapes everything else, byte by byte of its UTF-8.</summary>
    public static string Escape(string text, SearchValues<char> allowed)
    {
        if (!text.AsSpan().ContainsAnyExcept(allowed))
            return text;
        var result = new StringBuilder(text.Length + 16);
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            if (octet < 0x80 && allowed.Contains((char)octet))
                result.Append((char)octet);
            else
                result.Append(CultureInfo.InvariantCulture, $"%{octet:X2}");
        }

        return result.ToString();
    }

    /// <summary>Undoes escaping; null and the offending escape when a <c>%</c> is not followed by two hex digits.</summary>
    public static string? Unescape(string text, out string wrong)
    {
        wrong = "";
        if (!text.Contains('%', StringComparison.Ordinal))
            return text;
        var octets = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                var length = char.IsHighSurrogate(text[i]) && i + 1 < text.Length ? 2 : 1;
                octets.AddRange(Encoding.UTF8.GetBytes(text, i, length));
                i += length - 1;
                continue;
            }

            if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
            {
                wrong = text[i..Math.Min(i + 3, text.Length)];
                return null;
            }

            octets.Add(byte.Parse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
            i += 2;
        }

        return Encoding.UTF8.GetString([.. octets]);
    }
}
