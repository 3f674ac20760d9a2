using Plomba.Testing;
using Plomba.Testing.Machines;

namespace Plomba.Interop.Tests.Machines;

/// <summary>Puts the machines of a site into their roles.</summary>
internal static class MachineRoles
{
    public static async Task ServerAsync(MachineSite site)
    {
        var server = site.Server;
        await RenderAsync(server);
        await server.ScriptAsync("""
            useradd --system plomba
            for maker in imagemaker imagemaker2; do install -d -o $maker /var/sigstore/staging/$maker; done
            install -d -o plomba -m 750 /var/lib/plomba
            chgrp plomba /etc/plomba/htpasswd
            chmod 640 /etc/plomba/htpasswd
            plomba site render --for server --to /root/server
            cp -r /root/server/server/etc /
            """);
        await AllowJustInTimeAsync(server, "plomba.service");
        await server.MustAsync("systemctl", "enable", "--now", "plomba.service");
        await server.ScriptAsync($"""
            echo {MachineSite.Maker}:100000:65536 | tee /etc/subuid >/etc/subgid
            cd /home/{MachineSite.Maker}
            plomba site render --for maker --maker {MachineSite.Maker} --to /root/maker
            cp -r /root/maker/maker/.config .
            chown -R {MachineSite.Maker}: .config
            """);
    }

    public static async Task ClientAsync(MachineSite site)
    {
        await site.HandOverAsync(site.Client);
        await RenderAsync(site.Client);
        await CreateUserAsync(site.Client);
    }

    public static async Task NodeAsync(MachineSite site)
    {
        await site.HandOverAsync(site.Node);
        await RenderAsync(site.Node);
    }

    // The units are made for the published program. The one built beside the tests makes its code while it runs.
    private static async Task AllowJustInTimeAsync(Machine machine, params string[] units)
    {
        foreach (var unit in PlombaProgram.IsOneFile ? [] : units)
            await machine.WriteAsync($"/etc/systemd/system/{unit}.d/just-in-time.conf", "[Service]\nMemoryDenyWriteExecute=no\nSystemCallFilter=@resources\n");
        await machine.MustAsync("systemctl", "daemon-reload");
    }

    private static Task<Files.ChildResult> RenderAsync(Machine machine) => machine.ScriptAsync("""
        plomba site render --for client --to /root/rendered
        cp -r /root/rendered/client/etc /
        cat /root/rendered/hosts >>/etc/hosts
        """);

    private static async Task CreateUserAsync(Machine machine)
    {
        await machine.ScriptAsync($"""
            groupadd podman; useradd --create-home --groups podman {MachineSite.User}
            echo {MachineSite.User}:100000:65536 | tee /etc/subuid >/etc/subgid
            install -d -o {MachineSite.User} /home/{MachineSite.User}/.config
            install -d -m 555 /home/{MachineSite.User}/.config/containers
            chattr +i /home/{MachineSite.User}/.config/containers
            """);
        await machine.LingerAsync(MachineSite.User);
    }
}
