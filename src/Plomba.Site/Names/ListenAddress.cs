using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace Plomba.Site.Names;

/// <summary>Where a server listens: <c>IP:port</c>, <c>[IPv6]:port</c>, or <c>systemd:NAME</c> for a socket systemd hands over.</summary>
public sealed record ListenAddress
{
    private ListenAddress(string text) => Text = text;

    /// <summary>As written.</summary>
    public string Text { get; }

    /// <summary>Address and port; null for a socket of systemd's.</summary>
    public IPEndPoint? EndPoint { get; private init; }

    /// <summary>The socket's <c>FileDescriptorName</c>; null for an address.</summary>
    public string? SocketName { get; private init; }

    /// <summary>Whether other machines can reach it. A socket of systemd's tells only when it is handed over: false here.</summary>
    public bool IsOffLoopback => EndPoint is not null && !IPAddress.IsLoopback(EndPoint.Address);

    /// <summary>Parses strictly; false with the reason and what to write instead.</summary>
    /// <param name="text">The text.</param>
    /// <param name="socket">The one socket name that is known at this place.</param>
    /// <param name="address">The result.</param>
    /// <param name="why">What is wrong; null on success.</param>
    public static bool TryParse(string text, string socket, [NotNullWhen(true)] out ListenAddress? address, [NotNullWhen(false)] out string? why)
    {
        address = null;
        why = null;
        if (text.StartsWith("systemd:", StringComparison.Ordinal))
        {
            if (text["systemd:".Length..] == socket)
                address = new ListenAddress(text) { SocketName = socket };
            else
                why = Language.Text.Say($"the socket of this listener is named systemd:{socket}");
        }
        else if (TryParseEndPoint(text) is { } endPoint)
        {
            address = new ListenAddress(text) { EndPoint = endPoint };
        }
        else
        {
            why = Language.Text.Say($"write IP:port, [IPv6]:port or systemd:{socket}, such as 127.0.0.1:5000 or [::]:80");
        }

        return address is not null;
    }

    /// <inheritdoc cref="Text"/>
    public override string ToString() => Text;

    private static IPEndPoint? TryParseEndPoint(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon < 0 || text[^1] == ':' || text[colon + 1] == '0')
            return null;
        if (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535)
            return null;
        var host = text[..colon];
        var bracketed = host is ['[', .., ']'];
        if (!IpAddresses.TryParse(bracketed ? host[1..^1] : host, out var address) || bracketed != host.Contains(':', StringComparison.Ordinal))
            return null;
        return new IPEndPoint(address, port);
    }
}
