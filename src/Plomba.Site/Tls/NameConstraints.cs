using System.Formats.Asn1;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Plomba.Site.Tls;

/// <summary>
/// The critical extension that keeps a CA to the names of its site (RFC 5280, 4.2.1.10): whoever gets hold of its key can
/// make certificates for these names and no others, so machines may trust it without fear for the rest of the network.
/// </summary>
internal static class NameConstraints
{
    private const string Identifier = "2.5.29.30";
    private const int DnsName = 2;
    private const int IpAddress = 7;

    /// <summary>Permits these names (a host name with everything below it) and nothing else of either kind.</summary>
    public static X509Extension For(IReadOnlyCollection<CertificateName> names)
    {
        var hosts = names.Where(n => n.Address is null).Select(n => n.Text).ToList();
        var addresses = names.Where(n => n.Address is not null).Select(n => n.Address!).ToList();
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence(Tag(0, constructed: true)))
            {
                foreach (var host in hosts)
                    Subtree(writer, () => writer.WriteCharacterString(UniversalTagNumber.IA5String, host, Tag(DnsName)));
                foreach (var address in addresses)
                    Subtree(writer, () => writer.WriteOctetString([.. address.GetAddressBytes(), .. Enumerable.Repeat((byte)255, address.GetAddressBytes().Length)], Tag(IpAddress)));
            }

            // A kind of name of which none is permitted would be free: it is excluded as a whole.
            if (hosts.Count == 0 || addresses.Count == 0)
            {
                using (writer.PushSequence(Tag(1, constructed: true)))
                {
                    if (hosts.Count == 0)
                        Subtree(writer, () => writer.WriteCharacterString(UniversalTagNumber.IA5String, "", Tag(DnsName)));
                    foreach (var family in addresses.Count == 0 ? new[] { AddressFamily.InterNetwork, AddressFamily.InterNetworkV6 } : [])
                        Subtree(writer, () => writer.WriteOctetString(new byte[family == AddressFamily.InterNetwork ? 8 : 32], Tag(IpAddress)));
                }
            }
        }

        return new X509Extension(Identifier, writer.Encode(), critical: true);
    }

    private static void Subtree(AsnWriter writer, Action name)
    {
        using (writer.PushSequence())
            name();
    }

    private static Asn1Tag Tag(int number, bool constructed = false) => new(TagClass.ContextSpecific, number, constructed);
}
