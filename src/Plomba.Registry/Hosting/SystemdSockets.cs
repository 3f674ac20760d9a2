using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Plomba.Registry.Hosting;

/// <summary>The sockets systemd handed over (sd_listen_fds(3)): descriptors from 3 on, told apart by LISTEN_FDNAMES.</summary>
internal static class SystemdSockets
{
    private const int FirstDescriptor = 3;

    /// <summary>The descriptors of that name; empty when this process was not handed any.</summary>
    public static IReadOnlyList<int> Named(string name)
    {
        if (Number("LISTEN_PID") != Environment.ProcessId || Number("LISTEN_FDS") is not (> 0 and var count))
            return [];
        var names = (Environment.GetEnvironmentVariable("LISTEN_FDNAMES") ?? "").Split(':');
        return [.. Enumerable.Range(0, count)
            .Where(i => (i < names.Length && names[i].Length > 0 ? names[i] : "unknown") == name)
            .Select(i => FirstDescriptor + i)];
    }

    /// <summary>Where the socket listens.</summary>
    /// <exception cref="SocketException">The descriptor is no socket.</exception>
    public static EndPoint? AddressOf(int descriptor)
    {
        using var handle = new SafeSocketHandle(descriptor, ownsHandle: false);
        using var socket = new Socket(handle);
        return socket.LocalEndPoint;
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
}
