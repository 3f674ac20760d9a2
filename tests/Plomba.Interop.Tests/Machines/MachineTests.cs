using Plomba.Testing.Machines;

namespace Plomba.Interop.Tests.Machines;

/// <summary>The machines that other tests boot are what they claim to be.</summary>
public sealed class MachineTests
{
    [Fact]
    public async Task Machines_boot_reach_each_other_and_nothing_else_and_are_gone_afterwards()
    {
        Assert.SkipWhen(MachineNetwork.Missing() is not null, MachineNetwork.Missing() ?? "");
        var mounts = await File.ReadAllLinesAsync("/proc/self/mounts");
        await using (var network = await MachineNetwork.StartAsync())
        {
            var (one, other) = (await network.BootAsync("one", "10.77.0.2"), await network.BootAsync("other", "10.77.0.3"));
            Assert.Equal("one", (await one.MustAsync("hostname")).Text.Trim());
            Assert.Contains("plomba", (await one.MustAsync("plomba", "--help")).Text, StringComparison.Ordinal);
            await other.MustAsync("systemd-run", "--quiet", "busybox", "httpd", "-f", "-p", "80", "-h", "/etc");
            Assert.Equal("other", (await one.MustAsync("curl", "-sS", "--retry", "9", "--retry-connrefused", "http://10.77.0.3/hostname")).Text.Trim());
            Assert.Empty((await one.MustAsync("ip", "route", "show", "default")).Text);

            await one.WriteAsync("/etc/left", "over a reboot");
            await one.RebootAsync();
            Assert.Equal("over a reboot", await one.ReadAsync("/etc/left"));
            Assert.False(File.Exists("/etc/left"));
        }

        Assert.Equal(mounts.Order(StringComparer.Ordinal), (await File.ReadAllLinesAsync("/proc/self/mounts")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Podman_runs_containers_for_root_and_for_ordinary_users()
    {
        Assert.SkipWhen(MachineNetwork.Missing() is not null, MachineNetwork.Missing() ?? "");
        await using var network = await MachineNetwork.StartAsync();
        var machine = await network.BootAsync("one", "10.77.0.2");
        await machine.ScriptAsync("useradd --create-home alice; echo alice:100000:65536 | tee /etc/subuid >/etc/subgid");
        await machine.LingerAsync("alice");
        await machine.ScriptAsync("""
            mkdir /srv/image; cp /bin/busybox /srv/image/
            printf 'FROM scratch\nCOPY busybox /bin/busybox\nCMD ["/bin/busybox", "hostname"]\n' >/srv/image/Containerfile
            """);
        foreach (var run in new Func<string[], Task<Files.ChildResult>>[] { machine.MustAsync, command => machine.MustAsAsync("alice", command) })
        {
            await run(["buildah", "bud", "--isolation", "chroot", "-t", "tiny", "/srv/image"]);
            Assert.Equal("one", (await run(["podman", "run", "--rm", "--network=none", "--hostname=one", "tiny"])).Text.Trim());
            Assert.Equal("two", (await run(["podman", "run", "--rm", "--hostname=two", "tiny"])).Text.Trim());
        }
    }
}
