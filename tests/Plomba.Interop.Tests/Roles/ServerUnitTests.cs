using Plomba.Testing;
using Plomba.Testing.Machines;

namespace Plomba.Interop.Tests.Roles;

/// <summary>The server under its hardened units on a booted machine: it serves the low ports and survives being watched and killed.</summary>
public sealed class ServerUnitTests
{
    [Theory]
    [InlineData("0.0.0.0:80", "0.0.0.0:81")]
    [InlineData("systemd:registry", "systemd:signatures")]
    public async Task It_serves_the_ports_of_the_reference_and_comes_back(string registry, string signatures)
    {
        Assert.SkipWhen(MachineNetwork.Missing() is not null, MachineNetwork.Missing() ?? "");
        await using var network = await MachineNetwork.StartAsync();
        var machine = await network.BootAsync("server", "10.77.0.2");
        await machine.WriteAsync("/etc/plomba/site.toml", $"""
            format = 1
            [site]
            name = "example"
            [registry]
            name = "registry.local"
            listen = ["{registry}"]
            address = "10.77.0.2"
            data = "/var/lib/plomba"
            [signatures]
            name = "sigstore.local:81"
            listen = ["{signatures}"]
            address = "10.77.0.2"
            inboxes = "/var/sigstore/staging"
            [keys]
            directory = "/var/sigstore/keys"
            [access]
            passwords = "/etc/plomba/htpasswd"

            """);
        await machine.WriteAsync("/etc/plomba/htpasswd", "");
        // The units are made for the published program; the one built beside the tests makes its code while it runs.
        if (!PlombaProgram.IsOneFile)
            await machine.WriteAsync("/etc/systemd/system/plomba.service.d/just-in-time.conf", "[Service]\nMemoryDenyWriteExecute=no\nSystemCallFilter=@resources\n");

        await machine.MustAsync("plomba", "host", "apply", "server", "--yes");

        await AnswersAsync(machine);
        Assert.Equal("plomba", (await machine.MustAsync("stat", "-c", "%U", "/var/lib/plomba/journal")).Text.Trim());
        await machine.MustAsync("systemctl", "kill", "--signal=KILL", "plomba.service");
        await AnswersAsync(machine);
        await machine.MustAsync("systemctl", "reload", "plomba.service");
        await machine.MustAsync("systemctl", "stop", "plomba.service");
        Assert.Equal("success", (await machine.MustAsync("systemctl", "show", "--value", "-p", "Result", "plomba.service")).Text.Trim());
    }

    private static async Task AnswersAsync(Machine machine)
    {
        Assert.Contains("ok", (await machine.MustAsync("curl", "-fsS", "--retry", "20", "--retry-all-errors", "--retry-delay", "1", "http://10.77.0.2/healthz")).Text, StringComparison.Ordinal);
        Assert.Equal("[]", (await machine.MustAsync("curl", "-fsS", "--retry", "20", "--retry-all-errors", "--retry-delay", "1", "-H", "Accept: application/json", "http://10.77.0.2:81/keys/")).Text.Trim());
    }
}
