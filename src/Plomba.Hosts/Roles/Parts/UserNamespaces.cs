using Plomba.Files;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;

namespace Plomba.Hosts.Roles.Parts;

/// <summary>
/// What rootless containers need on ALT Linux, where it is off or restricted by default: user namespaces, and the two
/// programs that map subordinate ids for the users' group.
/// </summary>
internal static class UserNamespaces
{
    private static readonly MachinePath Settings = MachinePath.Parse("/etc/sysctl.d/50-plomba.conf");

    public static void Add(RoleDescription description)
    {
        if (!description.Context.Root.Exists(MachinePath.Parse("/etc/altlinux-release")))
            return;
        var why = Text.Say("containers without root");
        // A kernel without the setting has nothing to switch on: the minus lets that pass.
        description.AddFile(Settings, "# Written by plomba.\n-kernel.unprivileged_userns_clone = 1\n"u8.ToArray(), why);
        description.Add(new Activation(ActivationKind.LoadKernelSettings, Settings.Text, Settings));
        if (description.Context.Accounts.Group(description.Site.Groups.User) is not { } group)
            return;
        var mode = UnixFileMode.SetUser | DurableFile.PrivateDirectoryMode | UnixFileMode.GroupExecute;
        foreach (var program in (string[])["newuidmap", "newgidmap"])
            description.Add(new DesiredAttributes(MachinePath.Parse($"/usr/bin/{program}"), new NodeAttributes(new Owner(0, group.Id), mode), why));
    }
}
