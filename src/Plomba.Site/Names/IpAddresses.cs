using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Plomba.Site.Names;

/// <summary>IP addresses as people write them. <see cref="IPAddress.TryParse(string, out IPAddress)"/> also takes <c>1</c>, <c>127.1</c> and <c>0x7f.1</c>.</summary>
public static class IpAddresses
{
    private static readonly SearchValues<char> Characters = SearchValues.Create("0123456789abcdefABCDEF.:");

    /// <summary>Four decimal numbers without leading zeros, or an IPv6 address without brackets and zone.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out IPAddress? address)
    {
        address = null;
        if (text.Length > 45 || text.AsSpan().ContainsAnyExcept(Characters) || !IPAddress.TryParse(text, out var parsed))
            return false;
        if (parsed.AddressFamily == AddressFamily.InterNetwork && parsed.ToString() != text)
            return false;
        address = parsed;
        return true;
    }
}
