using System.Net;
using System.Net.Sockets;
using Plomba.Registry.Access;

namespace Plomba.Registry.Hosting;

/// <summary>Whether the server may listen where it is told to: without accounts only this machine may reach it.</summary>
internal static class Exposure
{
    /// <summary>Why the server must not start; null: it may.</summary>
    public static StartRefusal? Check(RegistryServerOptions options, SiteView site)
    {
        foreach (var listener in options.Listen.Concat(options.SignaturesListen))
        {
            if (listener.SystemdName is { } name && SystemdSockets.Named(name).Count == 0)
                return new StartRefusal(
                    $"systemd handed over no socket named {name}", "Set FileDescriptorName= in the socket unit, or listen on IP:PORT.");
            if (!site.HasAccounts && !options.Open && Addresses(listener).FirstOrDefault(a => !IsLocal(a)) is { } address)
                return new StartRefusal(
                    $"without accounts the server does not listen on {address}: anyone who reaches it could push",
                    "Name a password file in the site (access.passwords), listen on 127.0.0.1, or pass --open.");
        }

        return null;
    }

    private static IEnumerable<EndPoint> Addresses(Listener listener) => listener.EndPoint is { } endPoint
        ? [endPoint]
        : SystemdSockets.Named(listener.SystemdName!).Select(SystemdSockets.AddressOf).OfType<EndPoint>();

    private static bool IsLocal(EndPoint address) =>
        address is UnixDomainSocketEndPoint || (address is IPEndPoint { Address: var ip } && IPAddress.IsLoopback(ip));
}

/// <summary>Why the server did not start, and what to do about it.</summary>
public sealed record StartRefusal(string Message, string? Hint);
