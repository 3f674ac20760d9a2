using System.CommandLine;
using Plomba.CommandLine;
using Plomba.Site.Tls;
using Plomba.Transfer.Signing;
using Plomba.Verbs.Key;
using Plomba.Verbs.Site;

namespace Plomba.Verbs.Tls;

/// <summary><c>plomba tls init --name NAME…</c>: makes the CA and the server's certificate, whichever is missing; replaces nothing.</summary>
internal static class TlsInitVerb
{
    private static readonly Option<TimeSpan?> AuthorityExpires = TlsOptions.Lifetime("--ca-expires", Text.Say("How long the CA counts (default 10y)."));

    public static Command Create() => new Command("init", Text.Say("Make a CA for this site alone, and the server's certificate."))
    {
        TlsOptions.Name, TlsOptions.To, TlsOptions.PassphraseFile, TlsOptions.AuthorityKey, TlsOptions.Expires, AuthorityExpires, SiteOption.Site,
    }.Does((parsed, terminal, _) =>
    {
        var site = TlsOptions.SiteOf(parsed);
        var files = TlsOptions.FilesOf(parsed, site);
        var names = TlsOptions.NamesOf(parsed, site).ToList();
        if (names.Count == 0)
            throw Failure.Usage(Text.Say("nothing says under which name clients connect"), Text.Say("plomba tls init --name registry.example.org --to DIR, or --site FILE."));
        var work = new CertificateWork(
            files,
            new CertificateRequestSettings
            {
                Owner = site?.Name.Text ?? names[0].Text,
                Names = names,
                Lifetime = parsed.GetValue(TlsOptions.Expires) ?? SiteAuthority.DefaultServerLifetime,
                AuthorityLifetime = parsed.GetValue(AuthorityExpires) ?? SiteAuthority.DefaultLifetime,
                Passphrase = TlsOptions.PassphraseOf(parsed, terminal, files),
                NewPassphrase = () => NewPassphrase(parsed, terminal, files),
            },
            TimeProvider.System);
        if (!work.TryInitialize(out var outcome, out var why))
            throw new Failure(why, Text.Say("Nothing was written."));
        TlsReport.Write(terminal, files, outcome);
        if (!outcome.MadeCertificate)
            terminal.Say(Text.Say("Everything was there already and nothing was replaced; plomba tls renew replaces the server's certificate."));
        if (site?.Registry.Tls is null)
            terminal.Say(Text.Say($"Name the files in [registry] of the site: {files.SiteLine}"));
        return Task.FromResult(ExitCode.Done);
    });

    private static string NewPassphrase(ParseResult parsed, Terminal terminal, CertificateFiles files)
    {
        if (parsed.GetValue(TlsOptions.PassphraseFile) is { } file)
            return new Passphrase(file).Read(files.AuthorityKey).OrFail();
        var passphrase = terminal.ReadSecret(Text.Say($"Passphrase for {files.AuthorityKey} (empty: none)")) ?? "";
        if (passphrase.Length > 0 && passphrase != terminal.ReadSecret(Text.Say("The same once more")))
            throw new Failure(Text.Say("the two passphrases differ"), Text.Say("Nothing was written."));
        if (passphrase.Length == 0)
            terminal.Say(Text.Say($"{files.AuthorityKey} is not encrypted: keep it off this machine, it is needed for renewals only."));
        return passphrase;
    }
}
