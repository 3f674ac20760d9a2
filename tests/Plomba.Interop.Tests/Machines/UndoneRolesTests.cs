using Plomba.Testing.Machines;

namespace Plomba.Interop.Tests.Machines;

/// <summary>A role comes and goes on a booted machine: a second command finds nothing to do, and undo gives everything back.</summary>
[Collection(MachineSiteCollection.Name)]
public sealed class UndoneRolesTests(MachineSite site)
{
    [Fact]
    public async Task Undo_gives_a_machine_back_byte_for_byte_whatever_its_role_was()
    {
        var machine = await site.Network.BootAsync("spare", "10.77.0.6");
        await machine.MustAsync("useradd", "--create-home", MachineSite.User);
        await site.HandOverAsync(machine);
        await MachineRoles.PrepareAsync(machine);
        await machine.WriteAsync("/etc/plomba/htpasswd", "");
        foreach (var roles in new string[][] { ["server", "developer"], ["client", "--user", MachineSite.User], ["node"] })
        {
            var before = await StateAsync(machine);
            await MachineRoles.ApplyAsync(machine, roles);
            Assert.NotEqual(before, await StateAsync(machine));
            var again = await machine.RunAsync(["plomba", "host", "plan", .. roles, "--site", MachineSite.SiteFile]);
            Assert.True(again.ExitCode == 0, again.Text);
            var undo = await machine.RunAsync("plomba", "host", "undo", "--yes");
            Assert.True(undo.ExitCode == 0, undo.Errors + undo.Text);
            Assert.Equal(before, await StateAsync(machine));
        }

        Assert.Empty((await machine.MustAsync("systemctl", "list-units", "--no-legend", "plomba*")).Text);
    }

    // Kinds, modes, owners, contents and attributes of everything but what a running system writes by itself, and what the
    // server has stored: nobody loses images by undoing a role.
    internal static async Task<string> StateAsync(Machine machine) => (await machine.ScriptAsync("""
        places="/etc /home /root /srv /opt /usr/local /var/lib /var/sigstore"
        find $places \( -path /var/lib/plomba -o -path /var/lib/plomba-host -o -path /var/lib/systemd -o -path '/etc/*lock' \) -prune -o -printf '%p %y %m %U %G %l\n' 2>/dev/null | sort
        find $places \( -path /var/lib/plomba -o -path /var/lib/plomba-host -o -path /var/lib/systemd \) -prune -o -type f -print0 2>/dev/null | sort -z | xargs -0 sha256sum
        lsattr -R /etc /home /var/sigstore 2>/dev/null | grep '^....i' || true
        """)).Text;
}
