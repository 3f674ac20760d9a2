using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;

namespace Plomba.Hosts.Roles.Parts;

/// <summary>
/// What root's own <c>~/.config/containers</c> would put in place of <c>/etc/containers</c>, silently: for podman as root,
/// and for CRI-O, which runs as root. Undo gives it back.
/// </summary>
internal static class RootConfiguration
{
    private static readonly string[] Hiding = ["policy.json", "registries.d", "registries.conf", "registries.conf.d"];

    public static void Add(RoleDescription description)
    {
        var home = description.Context.Accounts.Users.FirstOrDefault(u => u.Id == 0)?.Home ?? MachinePath.Parse("/root");
        foreach (var name in Hiding)
            description.Add(new DesiredAbsence(home.Below($".config/containers/{name}"), Text.Say("root's own would hide the machine's")));
    }
}
