using System.Net;
using System.Net.Sockets;

namespace Plomba.Transfer.Registries.Http;

/// <summary>
/// Where a registry may send us (a redirect, a token server): never to a link-local address, and never further inside
/// than the addresses the user's own configuration led to. A registry on the Internet cannot make us knock at machines
/// of the local network; one on loopback may redirect anywhere. Thread-safe.
/// </summary>
internal sealed class AddressRule
{
    private int _innermost = (int)Reach.Public;

    /// <summary>From the inside out.</summary>
    private enum Reach
    {
        Loopback,
        Private,
        Public,
    }

    /// <summary>Notes an address that configuration led to.</summary>
    public void Trust(IPAddress address)
    {
        var reach = (int)Of(address);
        int seen;
        while ((seen = Volatile.Read(ref _innermost)) > reach)
            Interlocked.CompareExchange(ref _innermost, reach, seen);
    }

    /// <summary>Those of the addresses that may be contacted because somebody else named them.</summary>
    public IPAddress[] Allowed(IEnumerable<IPAddress> addresses) =>
        [.. addresses.Where(a => !IsNeverAllowed(a) && (int)Of(a) >= Volatile.Read(ref _innermost))];

    private static bool IsNeverAllowed(IPAddress address)
    {
        var plain = Plain(address);
        if (plain.IsIPv6LinkLocal || plain.IsIPv6Multicast || plain.Equals(IPAddress.Any) || plain.Equals(IPAddress.IPv6Any))
            return true;
        return plain.AddressFamily == AddressFamily.InterNetwork
            && plain.GetAddressBytes() is [169, 254, ..] or [0, ..] or [>= 224, ..];
    }

    private static Reach Of(IPAddress address)
    {
        var plain = Plain(address);
        if (IPAddress.IsLoopback(plain))
            return Reach.Loopback;
        if (plain.IsIPv6UniqueLocal || plain.IsIPv6SiteLocal)
            return Reach.Private;
        var isPrivate = plain.AddressFamily == AddressFamily.InterNetwork
            && plain.GetAddressBytes() is [10, ..] or [172, >= 16 and <= 31, ..] or [192, 168, ..] or [100, >= 64 and <= 127, ..];
        return isPrivate ? Reach.Private : Reach.Public;
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
