using System.Globalization;
using Plomba.Interop.Tests.Machines;
using Plomba.Testing.Machines;

namespace Plomba.Interop.Tests.Roles;

/// <summary>The certificate of a server on a booted machine: renewed by its unit, and shown without a restart.</summary>
public sealed class RenewedCertificateTests
{
    private const string Unit = "plomba-tls-renew.service";

    [Fact]
    public async Task The_unit_renews_what_ends_and_the_running_server_shows_it()
    {
        Assert.SkipWhen(MachineNetwork.Missing() is not null, MachineNetwork.Missing() ?? "");
        await using var network = await MachineNetwork.StartAsync();
        var machine = await network.BootAsync("server", "10.77.0.2");
        await machine.WriteAsync("/etc/plomba/site.toml", """
            format = 1
            [site]
            name = "example"
            [registry]
            name = "registry.local"
            listen = ["0.0.0.0:443"]
            address = "10.77.0.2"
            data = "/var/lib/plomba"
            tls = { certificate = "/etc/plomba/tls/server.crt", key = "/etc/plomba/tls/server.key", ca = "/etc/plomba/tls/ca.crt" }
            [access]
            passwords = "/etc/plomba/htpasswd"

            """);
        await machine.WriteAsync("/etc/plomba/htpasswd", "");
        await MachineRoles.PrepareAsync(machine);
        await machine.MustAsync("plomba", "tls", "init", "--passphrase-file", "/dev/null");
        await machine.MustAsync("plomba", "host", "apply", "server", "--yes");
        Assert.Equal("active", (await machine.RunAsync("systemctl", "is-active", "plomba-tls-renew.timer")).Text.Trim());
        var (process, first) = (await ProcessAsync(machine), await ShownAsync(machine));

        // What is good for long stays.
        await machine.MustAsync("systemctl", "start", Unit);
        Assert.Equal(first, await ShownAsync(machine));

        // One whose time is over, as if nobody had looked for a year.
        await machine.MustAsync("plomba", "tls", "renew", "--force", "--expires", "1s", "--passphrase-file", "/dev/null");
        await Task.Delay(TimeSpan.FromSeconds(2));
        await machine.MustAsync("systemctl", "start", Unit);
        Assert.Equal("Result=success", (await machine.MustAsync("systemctl", "show", "--property", "Result", Unit)).Text.Trim());
        await machine.MustAsync("plomba", "tls", "show");
        var renewed = await ShownAsync(machine);
        Assert.NotEqual(first, renewed);
        Assert.Equal(process, await ProcessAsync(machine));
        Assert.Equal("root:plomba 640", (await machine.MustAsync("stat", "--format", "%U:%G %a", "/etc/plomba/tls/server.key")).Text.Trim());

        // Where the CA's key is kept elsewhere, there is nothing to do and nothing to complain about.
        await machine.MustAsync("mv", "/etc/plomba/tls/ca.key", "/root/");
        await machine.MustAsync("systemctl", "start", Unit);
        Assert.Equal("", (await machine.MustAsync("systemctl", "list-units", "--failed", "--no-legend", "plomba*")).Text.Trim());
        var judged = (await machine.MustAsync("systemd-analyze", "security", "--no-pager", Unit)).Text;
        Assert.InRange(double.Parse(judged.Split($"level for {Unit}: ")[1].Split(' ')[0], CultureInfo.InvariantCulture), 0, 4.9);
    }

    private static async Task<string> ProcessAsync(Machine machine) => (await machine.MustAsync("systemctl", "show", "--value", "--property", "MainPID", "plomba.service")).Text.Trim();

    // The certificate that clients are shown, and that they accept it by the site's CA alone.
    private static async Task<string> ShownAsync(Machine machine)
    {
        await Task.Delay(TimeSpan.FromSeconds(2)); // a second is what the server promises
        await machine.MustAsync("curl", "-fsS", "--retry", "20", "--retry-all-errors", "--retry-delay", "1", "--cacert", "/etc/plomba/tls/ca.crt", "--resolve", "registry.local:443:10.77.0.2", "https://registry.local/healthz");
        return (await machine.ScriptAsync("openssl s_client -connect 10.77.0.2:443 -servername registry.local </dev/null 2>/dev/null | openssl x509 -noout -fingerprint -sha256")).Text.Trim();
    }
}
