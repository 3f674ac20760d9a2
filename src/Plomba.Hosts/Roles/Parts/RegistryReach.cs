using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;
using Plomba.Site.Rendering;

namespace Plomba.Hosts.Roles.Parts;

/// <summary>How the registry is reached: names where DNS has none, plain HTTP where there is no TLS, the site's own CA.</summary>
internal static class RegistryReach
{
    public static void Add(RoleDescription description)
    {
        var (site, context) = (description.Site, description.Context);
        description.AddDirectory(MachinePath.Parse("/etc/containers"), Text.Say("what containers are held to"));
        description.AddDirectory(MachinePath.Parse("/etc/containers/registries.conf.d"), Text.Say("how registries are reached"));
        description.AddFile(MachinePath.Parse("/etc/containers/registries.conf.d/50-plomba.conf"), SiteRendering.RegistriesConf(site), Text.Say("how the registry is reached"));
        description.Add(new HostsEntry(HostsLines.Of(site), $"plomba {site.Name}", Text.Say("names that DNS does not know")));
        if (context.Material.Authority is not { } authority)
            return;
        if (!authority.TryGet(out var pem, out var error))
        {
            description.Refuse(Text.Say($"the certificate of the site's CA cannot be had: {error.Message}"));
            return;
        }

        var why = Text.Say("the CA of the site, for this registry alone");
        description.AddFile(MachinePath.Parse($"/etc/containers/certs.d/{site.Registry.Name}/ca.crt"), pem, why);
        // Also where the site names it: from there the next plan and the check take it.
        if (site.Registry.Tls?.Authority is { } file && context.Material.SiteFile is not null)
            description.AddFile(MachinePath.Parse(file.Text), pem, why);
    }
}
