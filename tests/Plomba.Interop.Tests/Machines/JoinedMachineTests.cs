using System.Text.Json;
using Plomba.Files;
using Plomba.Testing.Machines;

namespace Plomba.Interop.Tests.Machines;

/// <summary>
/// A booted machine that joins by URL and is kept current by its own units: what administrators publish is all that reaches
/// it.
/// </summary>
[Collection(MachineSiteCollection.Name)]
public sealed class JoinedMachineTests(MachineSite site)
{
    private const string Update = "plomba-host-update.service", Published = "/root/published/site.toml", Fresh = "Fresh <fresh@example.org>";

    [Fact]
    public async Task A_machine_follows_its_site_by_its_units_and_gives_everything_back()
    {
        var machine = await site.Network.BootAsync("joined", "10.77.0.7");
        await MachineRoles.PrepareAsync(machine);
        await RunCrioAsync(machine);
        await machine.ScriptAsync("mkdir -p /etc/plomba; rm -rf /var/lib/containers");
        var before = await UndoneRolesTests.StateAsync(machine);

        // Administrators publish, the machine joins and is a node from then on.
        var digest = await AdministerAsync();
        var joined = await machine.RunAsync("plomba", "host", "join", "http://10.77.0.2/trust/", "--root-sha256", digest, "--role", "node", "--yes");
        Assert.True(joined.ExitCode == 0, joined.Errors);
        Assert.Equal("active", (await machine.RunAsync("systemctl", "is-active", "plomba-host-update.timer")).Text.Trim());
        Assert.Equal(2, await CrioStartsAsync(machine));
        Assert.Contains("nothing new: version 1", await StartAsync(machine, Update), StringComparison.Ordinal);
        await StartAsync(machine, "plomba-host-check.service");
        var asked = await machine.MustAsync("plomba", "host", "check", "--rules", "P120", "--network", "--output", "nagios");
        Assert.StartsWith("PLOMBA OK", asked.Text, StringComparison.OrdinalIgnoreCase);
        await machine.MustAsync("podman", "pull", "--quiet", "registry.local/alt/alt");

        // A new key and the namespaces of Kubernetes are published; what the key signed counts after the unit has run.
        await AdmitFreshKeyAsync();
        await site.PushAsync("alt/fresh", "fresh", Fresh);
        Assert.NotEqual(0, (await machine.RunAsync("podman", "pull", "--quiet", "registry.local/alt/fresh")).ExitCode);
        Assert.Contains("changing /etc/containers/policy.json", await StartAsync(machine, Update), StringComparison.Ordinal);
        await machine.MustAsync("podman", "pull", "--quiet", "registry.local/alt/fresh");
        Assert.Equal(3, await CrioStartsAsync(machine));

        // The key is withdrawn: its file goes, and what it signed counts no longer, though it lies on the machine.
        await PlombaAsync("site", "namespace", "set", "alt", "--key", "images-developer");
        await PlombaAsync("site", "key", "remove", "fresh");
        await PublishAsync("alice", "bob");
        var journal = await UpdateAsync(machine);
        Assert.Contains("refused from now on: ", journal, StringComparison.Ordinal);
        Assert.NotEqual(0, (await machine.RunAsync("test", "-e", "/var/sigstore/keys/fresh.pgp")).ExitCode);
        Assert.NotEqual(0, (await machine.RunAsync("podman", "pull", "--quiet", "registry.local/alt/fresh")).ExitCode);
        await machine.MustAsync("podman", "pull", "--quiet", "registry.local/alt/alt");

        // Leaving opens nothing; the unit has nobody to ask, and undo gives everything back.
        await machine.MustAsync("plomba", "host", "leave");
        Assert.Contains("reject", await machine.ReadAsync("/etc/containers/policy.json"), StringComparison.Ordinal);
        await machine.MustAsync("systemctl", "reset-failed", Update);
        await StartAsync(machine, Update);
        var list = JsonDocument.Parse((await machine.RunAsync("plomba", "host", "undo", "--output", "json")).Output).RootElement;
        foreach (var change in list.EnumerateArray())
            await machine.MustAsync("plomba", "host", "undo", change.GetProperty("change").GetRawText(), "--yes");
        // What podman made for itself, when it pulled.
        await machine.ScriptAsync("podman rmi --all --force; umount -R /var/lib/containers/storage/overlay || true; rm -rf /var/lib/containers /etc/containers/networks");
        var (then, now) = (before.Split('\n'), (await UndoneRolesTests.StateAsync(machine)).Split('\n'));
        Assert.Empty(then.Except(now, StringComparer.Ordinal).Concat(now.Except(then, StringComparer.Ordinal)));
        Assert.Empty((await machine.MustAsync("systemctl", "list-units", "--no-legend", "plomba*")).Text);
    }

    // A copy of the site, so that the machines of other tests keep theirs; two of three administrators must sign.
    private async Task<string> AdministerAsync()
    {
        var administrators = new List<string>();
        await site.Server.MustAsync("install", "-D", "-m", "600", MachineSite.SiteFile, Published);
        foreach (var name in new[] { "alice", "bob", "carol" })
        {
            var made = await site.Server.MustAsync("plomba", "key", "new", "--type", "tuf", "--name", name, "--file", $"/root/published/{name}.key", "--passphrase-file", "/dev/null");
            administrators.Add($"\"{made.Text.Trim()}\"");
        }

        await site.Server.ScriptAsync($"sed -i -e /^kubernetes/d -e 's|^directory = .*|directory = \"/var/sigstore/keys\"|' {Published}");
        await site.Server.WriteAsync("/root/published/trust", $"\n[trust]\nthreshold = 2\nadministrators = [{string.Join(", ", administrators)}]\n");
        await site.Server.ScriptAsync($"cat /root/published/trust >>{Published}");
        return await PublishAsync("alice", "bob");
    }

    private async Task AdmitFreshKeyAsync()
    {
        await site.Server.MustAsAsync(MachineSite.Maker, "gpg", "--batch", "--pinentry-mode", "loopback", "--passphrase", "", "--quick-gen-key", Fresh, "rsa3072", "sign", "2y");
        var listing = (await site.Server.MustAsAsync(MachineSite.Maker, "gpg", "--batch", "--with-colons", "--list-keys", Fresh)).Text;
        var fingerprint = listing.Split('\n').First(line => line.StartsWith("fpr:", StringComparison.Ordinal)).Split(':')[9];
        await site.Server.WriteAsync("/root/published/fresh.asc", (await site.Server.MustAsAsync(MachineSite.Maker, "gpg", "--batch", "--armor", "--export", Fresh)).Text);
        await PlombaAsync("site", "key", "add", "/root/published/fresh.asc", "--name", "fresh", "--fingerprint", fingerprint);
        await PlombaAsync("site", "namespace", "set", "alt", "--key", "images-developer", "--key", "fresh");
        await site.Server.MustAsync("sed", "-i", "-e", "/^name *= \"alt\"/a kubernetes = [\"team-a\"]", Published);
        await PublishAsync("carol", "bob");
    }

    private Task<ChildResult> PlombaAsync(params string[] arguments) => site.Server.MustAsync(["plomba", .. arguments, "--site", Published]);

    // Each with a run of its own, as on machines of their own; the digest of the root.
    private async Task<string> PublishAsync(params string[] administrators)
    {
        var digest = "";
        foreach (var name in administrators)
        {
            var run = await site.Server.MustAsync("plomba", "site", "publish", "--site", Published, "--sign-by", $"/root/published/{name}.key", "--to", "/var/lib/plomba/trust", "--output", "json");
            digest = JsonDocument.Parse(run.Output).RootElement.TryGetProperty("rootSha256", out var published) ? published.GetString() ?? "" : "";
        }

        await site.Server.MustAsync("chmod", "-R", "a+rX", "/var/lib/plomba/trust");
        return digest;
    }

    // A unit that starts and reloads as CRI-O's does, and notes it.
    private static async Task RunCrioAsync(Machine machine)
    {
        await machine.WriteAsync("/etc/systemd/system/crio.service", """
            [Service]
            Type=exec
            ExecStartPre=/bin/sh -c 'echo started >>/run/crio.log'
            ExecStart=/bin/sleep infinity
            ExecReload=/bin/sh -c 'echo reloaded >>/run/crio.log'

            """);
        await machine.MustAsync("systemctl", "daemon-reload");
        await machine.MustAsync("systemctl", "start", "crio.service");
    }

    private static async Task<int> CrioStartsAsync(Machine machine) => (await machine.ReadAsync("/run/crio.log")).Split("started").Length - 1;

    // Runs a service to its end, which must be a good one; what it told the journal this time.
    private static async Task<string> StartAsync(Machine machine, string unit)
    {
        var start = await machine.RunAsync("systemctl", "start", unit);
        var journal = await JournalAsync(machine, unit);
        Assert.True(start.ExitCode == 0, $"{start.Errors}{journal}");
        Assert.Equal("Result=success", (await machine.MustAsync("systemctl", "show", "--property", "Result", unit)).Text.Trim());
        return journal;
    }

    // The unit also checks the machine, and what was revoked still lies there: that is an error for somebody to see.
    private static async Task<string> UpdateAsync(Machine machine)
    {
        Assert.NotEqual(0, (await machine.RunAsync("systemctl", "start", Update)).ExitCode);
        var journal = await JournalAsync(machine, Update);
        Assert.Contains("P201", journal, StringComparison.Ordinal);
        return journal;
    }

    private static async Task<string> JournalAsync(Machine machine, string unit) =>
        (await machine.MustAsync("sh", "-ec", $"journalctl --sync; journalctl --no-pager --output cat INVOCATION_ID=$(systemctl show --property InvocationID --value {unit}) + _SYSTEMD_INVOCATION_ID=$(systemctl show --property InvocationID --value {unit})")).Text;
}
