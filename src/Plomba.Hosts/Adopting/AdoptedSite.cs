using System.Globalization;
using Plomba.Site;
using Plomba.Site.Editing;
using Plomba.Site.Names;

namespace Plomba.Hosts.Adopting;

/// <summary>Writes the site that a found deployment amounts to; every value says which file it came from.</summary>
public static class AdoptedSite
{
    /// <summary>The text of <c>site.toml</c>; the same for the same deployment, so in English whatever the user speaks.</summary>
    /// <param name="found">With a registry.</param>
    /// <param name="target">Where things will be.</param>
    public static string Write(FoundDeployment found, AdoptionTarget target)
    {
        ArgumentNullException.ThrowIfNull(found);
        ArgumentNullException.ThrowIfNull(target);
        var registry = found.Registry ?? throw new ArgumentException("A site needs the registry's name.", nameof(found));
        var draft = new SiteDraft(
            "Taken over by plomba site adopt from a deployment made by hand. Behind each value: the file it came from.",
            "Look at it, then: plomba site check, plomba host plan server. What it means stands in docs/site.md.");
        var name = registry.Value.IsAddress || registry.Value.Host == "localhost" ? "adopted" : registry.Value.Host.Replace('.', '-');
        draft.Table("[site]").Say("name", name[..Math.Min(name.Length, 63)].TrimEnd('-'));
        draft.Table("[registry]").Say("name", registry.Value.Text, registry.Source).Say("listen", [ListenOn(registry.Value)]);
        Address(draft, found.RegistryAddress);
        draft.Say("data", target.Data);
        if (found.Signatures is { } signatures && signatures.Value != registry.Value)
        {
            draft.Table("[signatures]").Say("name", signatures.Value.Text, signatures.Source);
            if (signatures.Value.EffectivePort(tls: false) != registry.Value.EffectivePort(tls: false))
                draft.Say("listen", [ListenOn(signatures.Value)]);
            Address(draft, found.SignaturesAddress);
        }

        draft.Table("[keys]").Say("directory", target.Keys);
        draft.Table("[groups]").Say("maker", found.MakerGroup.Text, "/etc/group");
        if (!registry.Value.IsLoopback || found.Signatures is { Value.IsLoopback: false })
        {
            draft.Table("[access]")
                .Say("passwords", target.Passwords, "one line a maker: htpasswd -B FILE ACCOUNT; the old registry took pushes from everybody")
                .Say("plain-http-passwords", true, "until there is a certificate: plomba tls init");
        }

        foreach (var key in found.Keys)
            Key(draft, key);
        foreach (var one in found.Namespaces)
            Namespace(draft, one);
        return draft.Text;
    }

    private static void Address(SiteDraft draft, Found<System.Net.IPAddress>? address)
    {
        if (address is not null)
            draft.Say("address", address.Value.ToString(), address.Source);
    }

    private static void Key(SiteDraft draft, FoundKey found)
    {
        draft.Table("[[key]]", found.Source)
            .Say("name", found.Key.Name.Text)
            .Say("fingerprint", found.Key.File.Key.Fingerprint.Text);
        if (found.Key.Owner is { } owner)
            draft.Say("owner", owner);
    }

    private static void Namespace(SiteDraft draft, FoundNamespace found)
    {
        draft.Table("[[namespace]]", found.Source).Say("name", found.Name.Text);
        if (found.Name == NamespaceName.Whole)
            draft.Say("registry-wide", true, "images directly under the registry's name have no namespace of their own: give them one");
        if (found.Makers.Count > 0)
            draft.Say("makers", found.Makers.Select(m => m.Text));
        if (found.Keys.Count > 0)
            draft.Say("keys", found.Keys.Select(k => k.Text));
        if (found.Require == KeyRequirement.All)
            draft.Say("require", "all");
        if (found.Identity != IdentityRule.RepositoryDigestOrExact)
            draft.Say("identity", found.Identity == IdentityRule.Exact ? "exact" : "repository");
    }

    private static string ListenOn(HostName name) => string.Create(
        CultureInfo.InvariantCulture, $"{(name.IsLoopback ? "127.0.0.1" : "0.0.0.0")}:{name.EffectivePort(tls: false)}");
}
