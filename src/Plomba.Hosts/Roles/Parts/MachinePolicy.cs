using Plomba.Hosts.Machines;
using Plomba.Site.Rendering;
using Plomba.Trust.Policy;

namespace Plomba.Hosts.Roles.Parts;

/// <summary>What a client's or node's machine is held to, for everybody on it who has no configuration of his own.</summary>
internal static class MachinePolicy
{
    public static void Add(RoleDescription description)
    {
        var site = description.Site;
        SiteKeyFiles.Add(description);
        RegistryReach.Add(description);
        description.AddFile(
            MachinePath.Parse("/etc/containers/policy.json"),
            PolicyWriter.Write(SitePolicy.ForClient(site, description.Versions)),
            Text.Say("only what is signed as the site says may be pulled"));
        var stores = MachinePath.Parse("/etc/containers/registries.d");
        description.AddDirectory(stores, Text.Say("where signatures are read"));
        description.AddFile(stores.Below("plomba.yaml"), SiteRendering.SignatureStores(site), Text.Say("where the registry's signatures are read"));
        OtherSignatureStores.Add(description, stores);
        RootConfiguration.Add(description);
        SiteCopy.Add(description);
        HostService.Add(description);
    }
}
