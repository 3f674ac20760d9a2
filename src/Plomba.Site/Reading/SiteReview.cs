using System.Net;
using Plomba.Site.Names;

namespace Plomba.Site.Reading;

/// <summary>What shows only when the parts of a site are looked at together. All but a server without accounts are warnings.</summary>
internal sealed class SiteReview(FindingList findings)
{
    /// <summary>Who can reach the server, and with what.</summary>
    public void Connections(
        (RegistrySettings Settings, TableReader Table) registry,
        (SignatureSettings Settings, TableReader? Table) signatures,
        (AccessSettings Settings, TableReader? Table) access)
    {
        var (settings, table) = registry;
        var tls = settings.Tls is not null;
        SameListener(settings, signatures);
        if (access.Settings.Passwords is null)
            RequireAccounts(settings.Listen, table, signatures);
        var reachable = settings.Listen.Any(l => l.IsOffLoopback);
        if (reachable && !tls)
            findings.Warn(table.PlaceOf("listen"), FindingCode.PlainHttp, Text.Say("other machines talk to this registry without TLS: what they read can be changed on the way, only signatures hold; name certificate and key in tls"));
        if (access is { Settings: { PlainHttpPasswords: true }, Table: { } accessTable })
            findings.Warn(accessTable.PlaceOf("plain-http-passwords"), FindingCode.PlainHttpPasswords, tls ? Text.Say("this has no effect on a site with TLS: leave it out") : Text.Say("passwords travel unencrypted: anybody on the network can read them"));
        else if (reachable && !tls && access is { Settings.Passwords: not null, Table: { } passwordsTable })
            findings.Warn(passwordsTable.PlaceOf("passwords"), FindingCode.PasswordsRefused, Text.Say("without TLS passwords are refused from other machines, so nobody can push from them: name a certificate in [registry] tls, or write plain-http-passwords = true"));
        ReviewName(settings.Name, tls, settings.Listen, table);
        if (signatures.Table is { } signaturesTable && signaturesTable.Has("name"))
            ReviewName(signatures.Settings.Name, tls, [.. settings.Listen, .. signatures.Settings.Listen], signaturesTable);
    }

    /// <summary>Policies name key files by their path on every machine.</summary>
    public void KeysDirectory(RegistrySettings registry, TableReader? keys)
    {
        if (keys?.Text("directory") is { } written && !written.StartsWith('/') && registry.Listen.Any(l => l.IsOffLoopback))
            findings.Warn(keys.PlaceOf("directory"), FindingCode.RelativePath, Text.Say("every client needs the keys under the same path: write an absolute one, such as /var/sigstore/keys"));
    }

    /// <summary>A site without namespaces.</summary>
    public void Namespaces(TableReader root)
    {
        if (!root.Has("namespace"))
            findings.Warn(root.Place, FindingCode.NoNamespaces, Text.Say("no [[namespace]] is described, so clients refuse every image: plomba site namespace add NAME --maker ACCOUNT --key FILE"));
    }

    /// <summary>Keys that count nowhere.</summary>
    public void UnusedKeys(IReadOnlyList<SiteKey> keys, IReadOnlyList<SiteNamespace> namespaces, IReadOnlyDictionary<KeyName, Place> places)
    {
        var used = namespaces.SelectMany(n => n.Keys).Select(k => k.Name).ToHashSet();
        foreach (var key in keys.Where(k => !used.Contains(k.Name)))
            findings.Warn(places[key.Name], FindingCode.UnusedKey, Text.Say($"no namespace names the key {key.Name}: it counts nowhere"));
    }

    private void RequireAccounts(IReadOnlyList<ListenAddress> listen, TableReader table, (SignatureSettings Settings, TableReader? Table) signatures)
    {
        var text = Text.Say("other machines can connect here, and without accounts anybody could push: write [access] and passwords = \"/etc/plomba/htpasswd\", or listen on 127.0.0.1");
        if (listen.Any(l => l.IsOffLoopback))
            findings.Error(table.PlaceOf("listen"), FindingCode.NoAccounts, text);
        if (signatures.Table is { } signaturesTable && signatures.Settings.Listen.Any(l => l.IsOffLoopback))
            findings.Error(signaturesTable.PlaceOf("listen"), FindingCode.NoAccounts, text);
    }

    private void SameListener(RegistrySettings registry, (SignatureSettings Settings, TableReader? Table) signatures)
    {
        foreach (var listen in signatures.Settings.Listen.Where(l => registry.Listen.Any(r => Collide(l, r))))
            findings.Error(signatures.Table!.PlaceOf("listen"), FindingCode.Duplicate, Text.Say($"the registry listens on {listen} already and serves signatures and keys there: leave this out, or give it another port"));
    }

    private static bool Collide(ListenAddress a, ListenAddress b) =>
        a.EndPoint is { } one && b.EndPoint is { } other && one.Port == other.Port
        && (one.Address.Equals(other.Address) || IsAny(one.Address) || IsAny(other.Address));

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private void ReviewName(HostName name, bool tls, IReadOnlyList<ListenAddress> listen, TableReader table)
    {
        if (name.Port == (tls ? 443 : 80))
            findings.Warn(table.PlaceOf("name"), FindingCode.DefaultPort, Text.Say($"names are compared as text: with :{name.Port} users must type it in every image name; leave it out unless they do"));
        var port = name.EffectivePort(tls);
        if (listen.All(l => l.EndPoint is { } endPoint && endPoint.Port != port))
            findings.Warn(table.PlaceOf("name"), FindingCode.PortNotListened, Text.Say($"clients connect to {name.Host} on port {port}, and nothing listens there: write the port that listen has, unless something in front forwards it"));
    }
}
