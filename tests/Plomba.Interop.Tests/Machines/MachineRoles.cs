using Plomba.Testing;
using Plomba.Testing.Machines;

namespace Plomba.Interop.Tests.Machines;

/// <summary>Puts the machines of a site into their roles, each with one command.</summary>
internal static class MachineRoles
{
    /// <summary>Applies roles on a machine that has the site.</summary>
    public static async Task ApplyAsync(Machine machine, params string[] roles)
    {
        await PrepareAsync(machine);
        await machine.MustAsync(["plomba", "host", "apply", .. roles, "--site", MachineSite.SiteFile, "--yes"]);
    }

    /// <summary>The units are made for the published program. The one built beside the tests makes its code while it runs.</summary>
    public static async Task PrepareAsync(Machine machine)
    {
        foreach (var units in PlombaProgram.IsOneFile ? Array.Empty<string>() : ["plomba.service.d", "plomba-.service.d"])
            await machine.WriteAsync($"/etc/systemd/system/{units}/just-in-time.conf", "[Service]\nMemoryDenyWriteExecute=no\nSystemCallFilter=@resources\n");
    }
}
