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
        var units = ServerUnits.Render(description.Site, Units.ProgramOf(description));
        foreach (var (name, text) in units)
            Units.Add(description, name, Encoding.UTF8.GetBytes(text), Language.Text.Say("the service of the registry"));
        var paths = units.Select(u => Units.Directory.Below(u.Name)).ToList();
        var sockets = ServerUnits.SocketsOf(description.Site);
        description.Add(new Activation(ActivationKind.ReloadUnits, "", paths));
        if (sockets.Count > 0)
        {
            // A socket cannot be opened anew under a service that holds it.
            var socketPaths = sockets.Select(s => Units.Directory.Below(s)).ToList();
            description.Add(new Activation(ActivationKind.Stop, ServerUnits.Service, socketPaths));
            foreach (var socket in sockets)
                description.Add(new Activation(ActivationKind.Restart, socket, socketPaths));
        }

        description.Add(new Activation(ActivationKind.Restart, ServerUnits.Service, [.. paths, MachinePath.Parse(SiteFile.DefaultPath)]));
    }
}
