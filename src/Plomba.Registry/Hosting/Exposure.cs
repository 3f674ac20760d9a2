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
                    () => Text.Say($"systemd handed over no socket named {name}"), () => Text.Say("Set FileDescriptorName= in the socket unit, or listen on IP:PORT."));
            if (!site.HasAccounts && !options.Open && Addresses(listener).FirstOrDefault(a => !IsLocal(a)) is { } address)
                return new StartRefusal(
                    () => Text.Say($"without accounts the server does not listen on {address}: anyone who reaches it could push"),
                    () => Text.Say("Name a password file in the site (access.passwords), listen on 127.0.0.1, or pass --open."));
        }

        return null;
    }

    private static IEnumerable<EndPoint> Addresses(Listener listener) => listener.EndPoint is { } endPoint
        ? [endPoint]
        : SystemdSockets.Named(listener.SystemdName!).Select(SystemdSockets.AddressOf).OfType<EndPoint>();

    private static bool IsLocal(EndPoint address) =>
        address is UnixDomainSocketEndPoint || (address is IPEndPoint { Address: var ip } && IPAddress.IsLoopback(ip));
}

/// <summary>Why the server did not start, and what to do about it: said when it is asked for, since the server speaks English while it starts.</summary>
/// <param name="message">Says why.</param>
/// <param name="hint">Says what to do; null: nobody knows.</param>
public sealed class StartRefusal(Func<string> message, Func<string>? hint)
{
    /// <summary>Why, in the language of whoever asks.</summary>
    public string Message => message();

    /// <summary>What to do; null: nobody knows.</summary>
    public string? Hint => hint?.Invoke();
}
