using System.Text;
using Plomba.Hosts.Plans;
using Plomba.Site.Rendering.Units;

namespace Plomba.Hosts.Roles.Parts;

/// <summary>What keeps a machine in its role: the watch and the hourly check.</summary>
internal static class HostService
{
    public static void Add(RoleDescription description)
    {
        var units = HostUnits.Render(Units.ProgramOf(description));
        foreach (var (name, text) in units)
            Units.Add(description, name, Encoding.UTF8.GetBytes(text), Language.Text.Say("keeps the machine in its role"));
        var paths = units.Select(u => Units.Directory.Below(u.Name)).ToList();
        description.Add(new Activation(ActivationKind.ReloadUnits, "", paths));
        description.Add(new Activation(ActivationKind.Restart, HostUnits.CheckTimer, paths));
        description.Add(new Activation(ActivationKind.Restart, HostUnits.WatchService, paths));
    }
}
