using System.Text;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;
using Plomba.Site;
using Plomba.Site.Rendering.Units;

namespace Plomba.Hosts.Roles.Parts;

/// <summary>The server's units, enabled, and started when they change.</summary>
internal static class ServerService
{
    public static void Add(RoleDescription description)
    {
        var program = Units.ProgramOf(description);
        var paths = AddUnits(description, ServerUnits.Render(description.Site, program), Language.Text.Say("the service of the registry"));
        var renewal = AddUnits(description, RenewalUnits.Render(description.Site, program), Language.Text.Say("renews the server's certificate"));
        var sockets = ServerUnits.SocketsOf(description.Site);
        description.Add(new Activation(ActivationKind.ReloadUnits, "", [.. paths, .. renewal]));
        if (sockets.Count > 0)
        {
            // A socket cannot be opened anew under a service that holds it.
            var socketPaths = sockets.Select(s => Units.Directory.Below(s)).ToList();
            description.Add(new Activation(ActivationKind.Stop, ServerUnits.Service, socketPaths));
            foreach (var socket in sockets)
                description.Add(new Activation(ActivationKind.Restart, socket, socketPaths));
        }

        description.Add(new Activation(ActivationKind.Restart, ServerUnits.Service, [.. paths, MachinePath.Parse(SiteFile.DefaultPath)]));
        if (renewal.Count > 0)
            description.Add(new Activation(ActivationKind.Restart, RenewalUnits.Timer, renewal));
    }

    private static List<MachinePath> AddUnits(RoleDescription description, IReadOnlyList<(string Name, string Text)> units, string why)
    {
        foreach (var (name, text) in units)
            Units.Add(description, name, Encoding.UTF8.GetBytes(text), why);
        return [.. units.Select(u => Units.Directory.Below(u.Name))];
    }
}
