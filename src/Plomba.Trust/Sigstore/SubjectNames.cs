using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Plomba.Trust.Sigstore;

/// <summary>The subject alternative names of a certificate. The subject itself names nobody (TRUST.md §7.4, §7.5).</summary>
internal sealed class SubjectNames
{
    private const string Extension = "2.5.29.17";

    private bool _isCritical;
    private bool _hasAddresses;

    /// <summary>rfc822Name, as written.</summary>
    public List<string> Emails { get; } = [];

    /// <summary>dNSName, as written.</summary>
    public List<string> Hosts { get; } = [];

    /// <summary>iPAddress.</summary>
    public List<IPAddress> Addresses { get; } = [];

    /// <summary>The names are critical and none is of a kind that can be looked at.</summary>
    public bool IsUnhandled => _isCritical && Emails.Count + Hosts.Count + Addresses.Count == 0 && !_hasAddresses;

    /// <summary>No names at all when the extension is absent; null and what is wrong when it is malformed.</summary>
    public static SubjectNames? Read(X509Certificate2 certificate, out string? error)
    {
        var names = new SubjectNames();
        error = null;
        if (certificate.Extensions.FirstOrDefault(e => e.Oid?.Value == Extension) is not { } extension)
            return names;
        names._isCritical = extension.Critical;
        try
        {
            var outer = new AsnReader(extension.RawData, AsnEncodingRules.DER);
            var sequence = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            while (sequence.HasData)
                names.ReadOne(sequence);
            return names;
        }
        catch (AsnContentException)
        {
            error = Text.Say("x509: invalid subject alternative names");
            return null;
        }
    }

    private void ReadOne(AsnReader names)
    {
        var tag = names.PeekTag();
        if (tag.TagClass != TagClass.ContextSpecific)
            throw new AsnContentException();
        switch (tag.TagValue)
        {
            case 1:
                Emails.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, tag));
                break;
            case 2:
                Hosts.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, tag));
                break;
            case 6:
                names.ReadCharacterString(UniversalTagNumber.IA5String, tag);
                _hasAddresses = true;
                break;
            case 7:
                var bytes = names.ReadOctetString(tag);
                Addresses.Add(bytes.Length is 4 or 16 ? new IPAddress(bytes) : throw new AsnContentException());
                break;
            default:
                names.ReadEncodedValue();
                break;
        }
    }
}
