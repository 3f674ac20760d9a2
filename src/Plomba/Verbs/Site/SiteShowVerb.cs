using System.CommandLine;
using Plomba.CommandLine;

namespace Plomba.Verbs.Site;

/// <summary><c>plomba site show</c>: the site as it was read, with every default, URL and path that follows from it.</summary>
internal static class SiteShowVerb
{
    public static Command Create() => new Command("show", Text.Say("Show a site with all its defaults, URLs and paths.")) { SiteOption.Site }.Does((parsed, terminal, _) =>
    {
        var site = SiteJson.Of(SiteOption.Load(parsed));
        if (terminal.Json)
            terminal.WriteJson(site, SiteJsonContext.Default.SiteDescriptionJson);
        else
            Write(terminal, site);
        return Task.FromResult(ExitCode.Done);
    });

    private static void Write(Terminal terminal, SiteDescriptionJson site)
    {
        var lines = Facts(site).ToList();
        var width = Math.Max(13, lines.Max(line => line.Name.Length));
        foreach (var (name, value) in lines)
            terminal.WriteLine($"{name.PadRight(width)} {value}");
    }

    private static IEnumerable<(string Name, string Value)> Facts(SiteDescriptionJson site)
    {
        yield return (Text.Say("site"), $"{site.Name} ({site.File})");
        yield return (Text.Say("revision"), site.Revision);
        yield return (Text.Say("registry"), Listening(site.Registry.Url, site.Registry.Listen));
        yield return (Text.Say("data"), site.Registry.Data);
        yield return (Text.Say("verify reads"), site.Registry.VerifyReads);
        yield return ("tls", site.Registry.Tls is { } tls ? $"{tls.Certificate}, {tls.Key}{(tls.Ca is { } ca ? $", CA {ca}" : "")}" : Text.Say("none"));
        yield return (Text.Say("signatures"), Listening(site.Signatures.LookasideUrl, site.Signatures.Listen));
        yield return (Text.Say("extension"), site.Signatures.Extension ? Text.Say("announced") : Text.Say("not announced"));
        yield return (Text.Say("inboxes"), site.Signatures.Inboxes);
        yield return (Text.Say("keys"), Text.Say($"{site.Signatures.KeysUrl} from {site.KeysDirectory}"));
        yield return (Text.Say("groups"), Text.Say($"{site.Groups.User} (users), {site.Groups.Maker} (makers)"));
        yield return (Text.Say("passwords"), Passwords(site.Access));
        if (site.Trust is { } trust)
            yield return (Text.Say("trust bundle"), Signers(trust));
        foreach (var hosts in site.Hosts)
            yield return (Text.Say("hosts line"), hosts);
        foreach (var key in site.Keys)
            yield return (Text.Say("key"), $"{key.Name}  {key.Fingerprint}{(key.Owner is null ? "" : $"  {key.Owner}")}");
        foreach (var n in site.Namespaces)
            yield return (Text.Say("namespace"), SiteNamespaceVerb.Describe(n));
    }

    private static string Listening(string url, IReadOnlyList<string> addresses) =>
        addresses.Count == 0 ? url : Text.Say($"{url} on {string.Join(", ", addresses)}");

    private static string Signers(TrustJson trust) => trust.Online.Count == 0
        ? Text.Say($"signed by {trust.Threshold} of {string.Join(", ", trust.Administrators.Select(a => a.Name))}")
        : Text.Say($"signed by {trust.Threshold} of {string.Join(", ", trust.Administrators.Select(a => a.Name))}; online: {string.Join(", ", trust.Online.Select(o => o.Name))}");

    private static string Passwords(AccessJson access) => access switch
    {
        { Passwords: null } => Text.Say("no accounts: this machine alone"),
        { PlainHttpPasswords: true } => Text.Say($"{access.Passwords}, also over plain HTTP"),
        _ => access.Passwords,
    };
}
