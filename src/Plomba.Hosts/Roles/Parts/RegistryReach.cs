using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;
using Plomba.Site.Rendering;

namespace Plomba.Hosts.Roles.Parts;

/// <summary>How the registry is reached: names where DNS has none, plain HTTP where there is no TLS, the site's own CA.</summary>
internal static class RegistryReach
{
    public static void Add(RoleDescription description)
    {
        var site = description.Site;
        description.AddDirectory(MachinePath.Parse("/etc/containers"), Text.Say("what containers are held to"));
        description.AddDirectory(MachinePath.Parse("/etc/containers/registries.conf.d"), Text.Say("how registries are reached"));
        description.AddFile(MachinePath.Parse("/etc/containers/registries.conf.d/50-plomba.conf"), SiteRendering.RegistriesConf(site), Text.Say("how the registry is reached"));
        description.Add(new HostsEntry(HostsLines.Of(site), $"plomba {site.Name}", Text.Say("names that DNS does not know")));
        if (description.Context.Material.Authority is not { } authority)
            return;
        if (authority.TryGet(out var pem, out var error))
            description.AddFile(MachinePath.Parse($"/etc/containers/certs.d/{site.Registry.Name}/ca.crt"), pem, Text.Say("the CA of the site, for this registry alone"));
        else
            description.Refuse(Text.Say($"the certificate of the site's CA cannot be had: {error.Message}"));
    }
}
