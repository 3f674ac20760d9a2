using System.CommandLine;
using System.CommandLine.Parsing;
using Plomba.CommandLine;
using Plomba.Site;
using Plomba.Site.Tls;
using Plomba.Transfer.Signing;
using Plomba.Verbs.Key;
using Plomba.Verbs.Site;

namespace Plomba.Verbs.Tls;

/// <summary>What the verbs of <c>tls</c> have in common: where the files are, for which names, with which passphrase.</summary>
internal static class TlsOptions
{
    public static Option<string?> To { get; } = new("--to")
    {
        Description = Text.Say("Directory of the certificates (default: those the site names, else tls beside the site)."),
        HelpName = "DIR",
    };

    public static Option<string[]> Name { get; } = new("--name")
    {
        Description = Text.Say("One more host name or IP address of the server, repeatable; the site's names are always taken."),
        HelpName = "NAME",
    };

    public static Option<string?> AuthorityKey { get; } = new("--ca-key")
    {
        Description = Text.Say("Where the CA's key is now, when it is not kept beside its certificate."),
        HelpName = "FILE",
    };

    public static Option<string?> PassphraseFile { get; } = new("--passphrase-file")
    {
        Description = Text.Say("The passphrase of the CA's key is the first line of this file; without it you are asked."),
        HelpName = "FILE",
    };

    public static Option<TimeSpan?> Expires { get; } = Lifetime("--expires", Text.Say("How long the server's certificate counts (default 397d)."));

    /// <summary>The site that is meant: the one named, else the machine's when there is one.</summary>
    public static SiteDescription? SiteOf(ParseResult parsed) =>
        parsed.GetValue(SiteOption.Site) is not null || File.Exists(SiteFile.DefaultPath) ? SiteOption.Load(parsed) : null;

    /// <summary>The files that are meant.</summary>
    public static CertificateFiles FilesOf(ParseResult parsed, SiteDescription? site)
    {
        var files = parsed.GetValue(To) is { Length: > 0 } directory ? CertificateFiles.In(Path.GetFullPath(directory))
            : site is not null ? CertificateFiles.Of(site)
            : throw Failure.Usage(Text.Say("there is no site, so nothing says where the certificates are"), Text.Say("Name the directory with --to DIR, or the site with --site FILE."));
        return parsed.GetValue(AuthorityKey) is { Length: > 0 } key ? files with { AuthorityKey = Path.GetFullPath(key) } : files;
    }

    /// <summary>The site's names and those of the command line, each once.</summary>
    public static IEnumerable<CertificateName> NamesOf(ParseResult parsed, SiteDescription? site) =>
        (site is null ? [] : CertificateName.OfSite(site)).Concat((parsed.GetValue(Name) ?? []).Select(text =>
            CertificateName.TryParse(text, out var name, out var why) ? name : throw Failure.Usage(Text.Say($"--name {text}: {why}")))).Distinct();

    /// <summary>What is asked when the CA's key is encrypted.</summary>
    public static Func<string?> PassphraseOf(ParseResult parsed, Terminal terminal, CertificateFiles files) => () =>
        parsed.GetValue(PassphraseFile) is { } file
            ? new Passphrase(file).Read(files.AuthorityKey).OrFail()
            : terminal.ReadSecret(Text.Say($"Passphrase of {files.AuthorityKey}"));

    public static Option<TimeSpan?> Lifetime(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "DURATION",
        CustomParser = ParseDuration,
    };

    private static TimeSpan? ParseDuration(ArgumentResult result)
    {
        if (Duration.TryParse(result.Tokens[0].Value, out var time) && time <= TimeSpan.FromDays(36_500))
            return time;
        result.AddError(Text.Say($"'{result.Tokens[0].Value}' is no duration: write 90d, 52w or 2y, at most 100 years"));
        return null;
    }
}
