using System.CommandLine;
using Plomba.CommandLine;
using Plomba.Site.Checking;
using Plomba.Site.Publishing;
using Plomba.Transfer.Signing;
using Plomba.Verbs.Key;

namespace Plomba.Verbs.Site;

/// <summary><c>plomba site publish</c>: signs what machines of the site install, and hands it out when enough have signed.</summary>
internal static class SitePublishVerb
{
    private static readonly TimeSpan StandardLifetime = TimeSpan.FromDays(90);
    private static readonly TimeSpan StandardRenewal = TimeSpan.FromDays(7);

    private static readonly Option<string[]> SignBy = new("--sign-by")
    {
        Description = Text.Say("A key file of [trust] (plomba key new --type tuf); may be given several times."),
        HelpName = "KEYFILE",
        Required = true,
    };

    private static readonly Option<string?> PassphraseFile = new("--sign-passphrase-file")
    {
        Description = Text.Say("The passphrase of the key files is the first line of this file. Without it you are asked."),
        HelpName = "FILE",
    };

    private static readonly Option<string?> To = new("--to")
    {
        Description = Text.Say("The directory of the bundle (default: trust in the site's data directory, from where serve hands it out)."),
        HelpName = "DIR",
    };

    private static readonly Option<TimeSpan?> Expires = new("--expires")
    {
        Description = Text.Say("For how long machines take it for current (default 90d; with --renew 7d)."),
        HelpName = "DURATION",
        CustomParser = result =>
        {
            if (Duration.TryParse(result.Tokens[0].Value, out var value))
                return value;
            result.AddError(Text.Say($"'{result.Tokens[0].Value}' is no duration: write 7d, 12w or 1y"));
            return null;
        },
    };

    private static readonly Option<bool> Renew = new("--renew")
    {
        Description = Text.Say("Only say that what is published is still the newest: online keys are enough, and the site is not looked at."),
    };

    private static readonly Option<bool> ReplaceDraft = new("--replace-draft")
    {
        Description = Text.Say("Begin anew when a draft says something else than the site; the signatures on it are lost."),
    };

    public static Command Create() => new Command("publish", Text.Say("Sign the trust bundle that machines of the site follow, and publish it when enough administrators have signed."))
    {
        SignBy, PassphraseFile, To, Expires, Renew, ReplaceDraft, SiteOption.Site,
    }.Does((parsed, terminal, _) =>
    {
        var keys = parsed.GetValue(SignBy)!.Select(file => OpenKey(file, parsed.GetValue(PassphraseFile), terminal)).ToList();
        try
        {
            return Task.FromResult(parsed.GetValue(Renew) ? RunRenewal(parsed, keys, terminal) : Run(parsed, keys, terminal));
        }
        finally
        {
            keys.ForEach(key => key.Dispose());
        }
    });

    private static int Run(ParseResult parsed, List<SigningKey> keys, Terminal terminal)
    {
        var path = SiteOption.PathOf(parsed);
        var now = TimeProvider.System.GetUtcNow();
        var site = SiteOption.Read(path, p => SiteCheck.Run(p, now)).Site ?? throw SiteOption.Invalid(path, ExitCode.Refused);
        if (site.Trust is not { } trust)
            throw Failure.Refused(Text.Say($"{path} has no [trust]: it does not say who signs"), Text.Say("Make each administrator a key (plomba key new --type tuf) and name it there."));
        if (!BundleContent.TryRead(site, now, out var files, out var why))
            throw new Failure(why);
        var directory = new BundleDirectory(parsed.GetValue(To) ?? Path.Combine(site.Registry.Data.Text, "trust"));
        var result = Write(directory, () => new Publication(directory, keys, parsed.GetValue(Expires) ?? StandardLifetime, now).Publish(trust, files, parsed.GetValue(ReplaceDraft)));
        return new PublicationReport(terminal, directory, trust, $"{site.RegistryUrl}/trust/").Write(result);
    }

    private static int RunRenewal(ParseResult parsed, List<SigningKey> keys, Terminal terminal)
    {
        var directory = new BundleDirectory(parsed.GetValue(To) ?? Path.Combine(SiteOption.Load(parsed).Registry.Data.Text, "trust"));
        var result = Write(directory, () => new Publication(directory, keys, parsed.GetValue(Expires) ?? StandardRenewal, TimeProvider.System.GetUtcNow()).Renew());
        return new PublicationReport(terminal, directory, null, null).Write(result);
    }

    private static PublicationResult Write(BundleDirectory directory, Func<PublicationResult> publish)
    {
        PublicationResult? result = null;
        SiteOption.Write(directory.Location, () => result = publish());
        return result!;
    }

    private static SigningKey OpenKey(string file, string? passphraseFile, Terminal terminal)
    {
        var secret = SigstoreKeyFile.Open(file, new Passphrase(passphraseFile, terminal.ReadSecret)).OrFail();
        if (SigningKey.TryTake(secret, out var key, out var why))
            return key;
        secret.Dispose();
        throw new Failure($"{file}: {why}", Text.Say("Make one with: plomba key new --type tuf"));
    }
}
