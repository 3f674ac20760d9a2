using System.Net;

namespace Plomba.Trust.Sigstore;

/// <summary>Ordinary host name verification, as Go's crypto/x509 does it.</summary>
internal static class HostNames
{
    /// <summary>Null when the names are good for a host name or address; else the reference's words.</summary>
    public static string? Mismatch(SubjectNames names, string host)
    {
        var bare = host is ['[', .., ']'] and { Length: >= 3 } ? host[1..^1] : host;
        if (IsAddress(bare, out var address))
        {
            return names.Addresses.Contains(address) ? null
                : names.Addresses.Count == 0 ? Text.Say($"x509: cannot validate certificate for {host} because it doesn't contain any IP SANs")
                : Text.Say($"x509: certificate is valid for {string.Join(", ", names.Addresses)}, not {host}");
        }

        if (names.Hosts.Any(pattern => Matches(pattern, host)))
            return null;
        return names.Hosts.Count == 0
            ? Text.Say($"x509: certificate is not valid for any names, but wanted to match {host}")
            : Text.Say($"x509: certificate is valid for {string.Join(", ", names.Hosts)}, not {host}");
    }

    // IPAddress.TryParse also takes "1" and "0x7f.1".
    private static bool IsAddress(string text, out IPAddress address) =>
        IPAddress.TryParse(text, out address!) && (text.Contains(':', StringComparison.Ordinal) || text.Split('.') is { Length: 4 } parts && parts.All(IsPlainByte));

    private static bool IsPlainByte(string part) => part.All(char.IsAsciiDigit) && (part.Length == 1 || part[0] != '0');

    private static bool Matches(string pattern, string host)
    {
        if (!IsValid(host, isPattern: false) || !IsValid(pattern, isPattern: true))
            return host.Length > 0 && host != "." && Same(pattern, host);
        var wanted = Trimmed(host).Split('.');
        var offered = pattern.Split('.');
        return wanted.Length == offered.Length
            && offered.Index().All(o => (o.Index == 0 && o.Item == "*") || Same(o.Item, wanted[o.Index]));
    }

    private static bool IsValid(string host, bool isPattern)
    {
        var labels = (isPattern ? host : Trimmed(host)).Split('.');
        if (isPattern && labels is ["*"])
            return false;
        return labels.Index().All(l => (isPattern && l.Index == 0 && l.Item == "*") || IsLabel(l.Item));
    }

    private static bool IsLabel(string label) =>
        label.Length > 0 && label[0] != '-' && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private static string Trimmed(string host) => host.EndsWith('.') ? host[..^1] : host;

    private static bool Same(string a, string b) =>
        a.Length == b.Length && a.Zip(b).All(p => char.IsAsciiLetter(p.First) ? (p.First | 0x20) == (p.Second | 0x20) : p.First == p.Second);
}
