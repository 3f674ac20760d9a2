using System.CommandLine;
using Plomba.CommandLine;
using Plomba.Site.Tls;
using Plomba.Trust.Keys;
using Plomba.Verbs.Site;

namespace Plomba.Verbs.Tls;

/// <summary><c>plomba tls show</c>: the certificates as they are; exit 3 when one has ended or does within 7 days.</summary>
internal static class TlsShowVerb
{
    public static Command Create() => new Command("show", Text.Say("Show the certificates; exit 3 when one ends within 7 days."))
    {
        TlsOptions.To, SiteOption.Site,
    }.Does((parsed, terminal, _) =>
    {
        var files = TlsOptions.FilesOf(parsed, TlsOptions.SiteOf(parsed));
        var states = TlsReport.Write(terminal, files, new CertificateOutcome(false, false));
        if (states.FirstOrDefault(s => s.Trouble is not null) is { } missing)
            throw new Failure($"{missing.File}: {missing.Trouble}", Text.Say("Make the certificates with: plomba tls init."));
        return Task.FromResult(states.Any(s => s.Urgency >= ExpiryUrgency.Critical) ? ExitCode.Refused : ExitCode.Done);
    });
}
