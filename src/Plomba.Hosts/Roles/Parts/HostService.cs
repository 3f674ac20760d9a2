using System.Text;
using Plomba.Hosts.Joining;
using Plomba.Hosts.Plans;
using Plomba.Site.Rendering.Units;

namespace Plomba.Hosts.Roles.Parts;

/// <summary>What keeps a machine in its role: the watch, the hourly check, and where it has joined a site the question for news.</summary>
internal static class HostService
{
    public static void Add(RoleDescription description)
    {
        var program = Units.ProgramOf(description);
        var units = HostUnits.Render(program).ToList();
        if (description.Context.Root.Exists(JoinedState.Directory))
            units.AddRange(HostUnits.RenderForJoined(program));
        foreach (var (name, text) in units)
            Units.Add(description, name, Encoding.UTF8.GetBytes(text), Language.Text.Say("keeps the machine in its role"));
        var paths = units.Select(u => Units.Directory.Below(u.Name)).ToList();
        description.Add(new Activation(ActivationKind.ReloadUnits, "", paths));
        foreach (var (timer, _) in units.Where(u => u.Name.EndsWith(".timer", StringComparison.Ordinal)))
            description.Add(new Activation(ActivationKind.Restart, timer, paths));
        description.Add(new Activation(ActivationKind.Restart, HostUnits.WatchService, paths));
    }
}
