using System.CommandLine;
using Plomba.CommandLine;

namespace Plomba.Verbs.Site;

/// <summary><c>plomba site show</c>: the site as it was read, with every default, URL and path that follows from it.</summary>
internal static class SiteShowVerb
{
    public static Command Create() => new Command("show", "Show a site with all its defaults, URLs and paths.") { SiteOption.Site }.Does((parsed, terminal, _) =>
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
        Line("site", $"{site.Name} ({site.File})");
        Line("revision", site.Revision);
        Line("registry", $"{site.Registry.Url} on {string.Join(", ", site.Registry.Listen)}");
        Line("data", site.Registry.Data);
        Line("verify reads", site.Registry.VerifyReads);
        Line("tls", site.Registry.Tls is { } tls ? $"{tls.Certificate}, {tls.Key}{(tls.Ca is { } ca ? $", CA {ca}" : "")}" : "none");
        Line("signatures", $"{site.Signatures.LookasideUrl}{(site.Signatures.Listen.Count > 0 ? $" on {string.Join(", ", site.Signatures.Listen)}" : "")}");
        Line("extension", site.Signatures.Extension ? "announced" : "not announced");
        Line("inboxes", site.Signatures.Inboxes);
        Line("keys", $"{site.Signatures.KeysUrl} from {site.KeysDirectory}");
        Line("groups", $"{site.Groups.User} (users), {site.Groups.Maker} (makers)");
        Line("passwords", site.Access.Passwords is { } passwords ? $"{passwords}{(site.Access.PlainHttpPasswords ? ", also over plain HTTP" : "")}" : "no accounts: this machine alone");
        foreach (var hosts in site.Hosts)
            Line("hosts line", hosts);
        foreach (var key in site.Keys)
            Line("key", $"{key.Name}  {key.Fingerprint}{(key.Owner is null ? "" : $"  {key.Owner}")}");
        foreach (var n in site.Namespaces)
            Line("namespace", SiteNamespaceVerb.Describe(n));

        void Line(string name, string value) => terminal.WriteLine($"{name,-13} {value}");
    }
}
