using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Plomba.Site.Reading;
using Plomba.Site.Tls;
using Plomba.Trust.Keys;

namespace Plomba.Site.Checking;

/// <summary>
/// The certificates of a site. Only a CA file that cannot be handed out is an error: what is wrong with the server's own
/// certificate must not keep policies, and with them revocations, from the machines.
/// </summary>
internal static class CertificateCheck
{
    private static string Renew => Text.Say("renew it with plomba tls renew");

    /// <summary>Adds what is found.</summary>
    public static void Run(SiteDescription site, TlsFiles files, Place place, DateTimeOffset now, FindingList findings)
    {
        X509Certificate2Collection? authorities = null;
        if (files.Authority is { } ca && !AuthorityFile.TryOpen(ca.Text, out authorities, out var why))
            findings.Error(place, FindingCode.AuthorityFile, Text.Say($"{ca}: {why}; machines need it to know this registry"));
        foreach (var authority in authorities ?? [])
            ReviewEnd(files.Authority!.Value.Text, Text.Say("the CA's certificate"), authority, Text.Say("make a new CA, and let the file hold both until every machine has it"), place, now, findings);
        ReviewServer(site, files, authorities, place, now, findings);
        PemFile.Dispose(authorities);
    }

    private static void ReviewServer(SiteDescription site, TlsFiles files, X509Certificate2Collection? authorities, Place place, DateTimeOffset now, FindingList findings)
    {
        var path = files.Certificate.Text;
        X509Certificate2Collection? chain = null;
        if (!PemFile.TryReadText(path, out var text, out var why) || !PemFile.TryParse(text, out chain))
        {
            findings.Warn(place, FindingCode.Certificate, Text.Say($"{path}: {why ?? Text.Say("it holds no certificate in PEM")}; the server does not start without it: make one with plomba tls init"));
            return;
        }

        var certificate = chain[0];
        var names = ServerCertificate.NamesOf(certificate);
        foreach (var name in CertificateName.OfSite(site).Where(n => !certificate.MatchesHostname(n.Text)))
            findings.Warn(place, FindingCode.Certificate, Text.Say($"{path} is for {string.Join(", ", names)}, not for {name}: clients refuse it; {Renew}"));
        ReviewEnd(path, Text.Say("the server's certificate"), certificate, Renew, place, now, findings);
        var end = ServerCertificate.EndOf(certificate);
        if (authorities is not null && end > now && chain.Count == 1 && !ServerCertificate.IsAcceptedBy(certificate, authorities, now, out why))
            findings.Warn(place, FindingCode.Certificate, Text.Say($"{path} is refused by clients that are given {files.Authority}: {why}; {Renew}"));
        PemFile.Dispose(chain);
    }

    private static void ReviewEnd(string path, string what, X509Certificate2 certificate, string advice, Place place, DateTimeOffset now, FindingList findings)
    {
        var end = ServerCertificate.EndOf(certificate);
        var day = end.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var days = Expiry.DaysLeft(end, now);
        var state = Expiry.Of(end, now) switch
        {
            ExpiryUrgency.None => null,
            ExpiryUrgency.Expired => Text.Say($"ended on {day}: clients refuse the server"),
            _ => Text.Count(days, $"ends on {day}, in {days} day", $"ends on {day}, in {days} days"),
        };
        if (state is not null)
            findings.Warn(place, FindingCode.CertificateExpires, $"{path}: {what} {state}; {advice}");
    }
}
