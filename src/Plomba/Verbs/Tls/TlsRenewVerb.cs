using System.CommandLine;
using Plomba.CommandLine;
using Plomba.Site.Tls;
using Plomba.Verbs.Site;

namespace Plomba.Verbs.Tls;

/// <summary><c>plomba tls renew</c>: replaces the server's certificate when it is time; the server takes it up while it runs.</summary>
internal static class TlsRenewVerb
{
    private static readonly Option<bool> Force = new("--force") { Description = Text.Say("Renew although the certificate is good for long.") };

    private static readonly Option<bool> NewKey = new("--new-key") { Description = Text.Say("Renew the server's key too.") };

    public static Command Create() => new Command("renew", Text.Say("Renew the server's certificate when a third of its time is left or a name is missing."))
    {
        TlsOptions.Name, TlsOptions.To, TlsOptions.PassphraseFile, TlsOptions.AuthorityKey, TlsOptions.Expires, Force, NewKey, SiteOption.Site,
    }.Does((parsed, terminal, _) =>
    {
        var site = TlsOptions.SiteOf(parsed);
        var files = TlsOptions.FilesOf(parsed, site);
        var names = CertificateWork.NamesIn(files.Certificate).Concat(TlsOptions.NamesOf(parsed, site)).Distinct().ToList();
        if (names.Count == 0)
            throw new Failure(Text.Say($"there is no certificate at {files.Certificate}"), Text.Say("Make one with: plomba tls init."));
        var work = new CertificateWork(
            files,
            new CertificateRequestSettings
            {
                Owner = site?.Name.Text ?? names[0].Text,
                Names = names,
                Lifetime = parsed.GetValue(TlsOptions.Expires) ?? SiteAuthority.DefaultServerLifetime,
                Force = parsed.GetValue(Force),
                NewKey = parsed.GetValue(NewKey),
                Passphrase = TlsOptions.PassphraseOf(parsed, terminal, files),
                NewPassphrase = () => "",
            },
            TimeProvider.System);
        if (!work.TryRenew(out var outcome, out var why))
            throw new Failure(why, Text.Say("Nothing was written, and the server keeps the certificate it has."));
        TlsReport.Write(terminal, files, outcome);
        terminal.Say(outcome.MadeCertificate
            ? Text.Say("A running server shows the new certificate within a second; nothing needs a restart, and clients need nothing new.")
            : Text.Say("The certificate is good for long yet; --force renews it all the same."));
        return Task.FromResult(ExitCode.Done);
    });
}
