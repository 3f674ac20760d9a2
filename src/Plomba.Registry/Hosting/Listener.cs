using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Plomba.Registry.Hosting;

/// <summary>Where the server listens: an address and port, or a socket that systemd opened for it.</summary>
public sealed record Listener
{
    private Listener(IPEndPoint? endPoint, string? systemdName)
    {
        EndPoint = endPoint;
        SystemdName = systemdName;
    }

    /// <summary>The address and port; null for a socket of systemd's. Port 0 takes a free one.</summary>
    public IPEndPoint? EndPoint { get; }

    /// <summary>The socket's name (<c>FileDescriptorName=</c> of the socket unit); null for an address.</summary>
    public string? SystemdName { get; }

    /// <summary>127.0.0.1:5000.</summary>
    public static Listener Standard { get; } = new(new IPEndPoint(IPAddress.Loopback, 5000), null);

    /// <summary>A listener on that address.</summary>
    public static Listener At(IPEndPoint endPoint) => new(endPoint, null);

    /// <summary>Reads <c>IP:PORT</c>, <c>[IPV6]:PORT</c> or <c>systemd:NAME</c>; a port is mandatory, names of hosts are not taken.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Listener? listener)
    {
        listener = null;
        if (text is null)
            return false;
        if (text.StartsWith(SystemdPrefix, StringComparison.Ordinal))
        {
            var name = text[SystemdPrefix.Length..];
            if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
                return false;
            listener = new Listener(null, name);
            return true;
        }

        // IPEndPoint reads a lone address as port 0 and a lone number as an address.
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || text[^1] == ':' || (text[colon - 1] != ']' && text.AsSpan(0, colon).Count('.') != 3)
            || !IPEndPoint.TryParse(text, out var endPoint))
            return false;
        listener = new Listener(endPoint, null);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => EndPoint?.ToString() ?? SystemdPrefix + SystemdName;

    private const string SystemdPrefix = "systemd:";
}
