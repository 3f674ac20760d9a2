using System.Globalization;
using System.Text;
using Plomba.Site.Editing;

namespace Plomba.Site.Publishing;

/// <summary>
/// The part of a site that every machine of it may know, and needs for its role: a <c>site.toml</c> of its own, from which
/// the same policies, URLs and files are derived. What concerns the server alone stays out: where it listens and keeps its
/// data, its accounts, who signs the trust bundle.
/// </summary>
public static class PublicSite
{
    /// <summary>Where the CA's certificate lies, beside the file.</summary>
    public const string AuthorityFile = "ca.crt";

    /// <summary>The bytes of the file: the same for the same site, on every machine.</summary>
    public static byte[] Write(SiteDescription site)
    {
        ArgumentNullException.ThrowIfNull(site);
        var text = new StringBuilder("format = 1\n");
        Table(text, "[site]", ("name", Quoted(site.Name.Text)));
        Table(
            text,
            "[registry]",
            ("name", Quoted(site.Registry.Name.Text)),
            ("address", site.Registry.Address is { } address ? Quoted(address.ToString()) : null),
            ("tls", Tls(site.Registry.Tls)));
        Table(
            text,
            "[signatures]",
            ("name", Quoted(site.Signatures.Name.Text)),
            ("address", site.Signatures.Address is { } own ? Quoted(own.ToString()) : null),
            ("inboxes", Quoted(site.Signatures.Inboxes.Text)),
            ("extension", site.Signatures.Extension ? null : "false"));
        Table(text, "[keys]", ("directory", Quoted(site.KeysDirectory.Text)));
        Table(text, "[groups]", ("user", Quoted(site.Groups.User.Text)), ("maker", Quoted(site.Groups.Maker.Text)));
        foreach (var key in site.Keys)
        {
            Table(
                text,
                "[[key]]",
                ("name", Quoted(key.Name.Text)),
                ("fingerprint", Quoted(key.Fingerprint.Text)),
                ("owner", key.Owner is { } owner ? Quoted(owner) : null));
        }

        foreach (var @namespace in site.Namespaces)
            Write(text, @namespace);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Write(StringBuilder text, SiteNamespace @namespace) => Table(
        text,
        "[[namespace]]",
        ("name", Quoted(@namespace.Name.Text)),
        ("registry-wide", @namespace.Name.Text.Length == 0 ? "true" : null),
        ("makers", List(@namespace.Makers.Select(m => m.Text))),
        ("keys", List(@namespace.Keys.Select(k => k.Name.Text))),
        ("require", @namespace.Require == KeyRequirement.All ? Quoted("all") : null),
        ("identity", @namespace.Identity switch { IdentityRule.Exact => Quoted("exact"), IdentityRule.Repository => Quoted("repository"), _ => null }),
        ("lookaside", @namespace.PublicLookaside ? null : Quoted("off")),
        ("kubernetes", List(@namespace.Kubernetes.Select(k => k.Text))));

    // The server's own files are named, because the scheme of every URL follows from that; they are on the server alone.
    private static string? Tls(TlsFiles? tls) => tls is null ? null : string.Create(
        CultureInfo.InvariantCulture,
        $"{{ certificate = {Quoted(tls.Certificate.Text)}, key = {Quoted(tls.Key.Text)}{(tls.Authority is null ? "" : $", ca = {Quoted(AuthorityFile)}")} }}");

    private static void Table(StringBuilder text, string header, params (string Name, string? Value)[] entries)
    {
        text.Append('\n').Append(header).Append('\n');
        foreach (var (name, value) in entries.Where(e => e.Value is not null))
            text.Append(name).Append(" = ").Append(value).Append('\n');
    }

    private static string? List(IEnumerable<string> values) =>
        string.Join(", ", values.Select(Quoted)) is { Length: > 0 } list ? $"[{list}]" : null;

    private static string Quoted(string value) => TomlQuoting.Quote(value);
}
