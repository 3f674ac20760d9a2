using System.Globalization;
using System.Text.RegularExpressions;
using Plomba.Testing.Machines;

namespace Plomba.Interop.Tests.Machines;

/// <summary>The units that the roles install, under a booted systemd.</summary>
[Collection(MachineSiteCollection.Name)]
public sealed partial class MachineUnitTests(MachineSite site)
{
    [Fact]
    public async Task Systemd_finds_no_fault_in_any_unit()
    {
        foreach (var (machine, units) in await InstalledAsync())
        {
            var verified = await machine.RunAsync(["systemd-analyze", "verify", "--man=no", .. units]);
            Assert.True(verified.ExitCode == 0 && verified.Errors.Length == 0, $"{machine.Name}: {verified.Errors}");
        }
    }

    [Fact]
    public async Task No_service_is_more_exposed_than_systemd_calls_OK()
    {
        foreach (var (machine, units) in await InstalledAsync())
        {
            foreach (var unit in units.Where(unit => unit.EndsWith(".service", StringComparison.Ordinal)))
            {
                var judged = (await machine.MustAsync("systemd-analyze", "security", "--no-pager", unit)).Text;
                var exposure = double.Parse(Overall().Match(judged).Groups["level"].Value, CultureInfo.InvariantCulture);
                Assert.True(exposure < 5, $"{machine.Name}: {unit}: {exposure.ToString(CultureInfo.InvariantCulture)}");
            }
        }
    }

    [Fact]
    public async Task The_services_come_back_after_a_reboot_and_what_was_signed_is_still_accepted()
    {
        await site.RebootAsync();
        foreach (var (machine, unit) in new[] { (site.Server, "plomba.service"), (site.Server, "plomba-host-watch.service"), (site.Client, "plomba-host-watch.service"), (site.Client, "plomba-host-check.timer") })
            Assert.Equal("active", (await machine.RunAsync("systemctl", "is-active", unit)).Text.Trim());
        var pull = await site.Client.RunAsAsync(MachineSite.User, "podman", "pull", "--quiet", "registry.local/alt/alt");
        Assert.True(pull.ExitCode == 0, pull.Errors);
    }

    [Fact]
    public async Task The_watch_mends_a_renamed_configuration_directory_within_moments()
    {
        var home = $"/home/{MachineSite.User}";
        await site.Client.MustAsync("systemctl", "start", "plomba-host-watch.service");
        await site.Client.MustAsAsync(MachineSite.User, "sh", "-ec", "mv ~/.config ~/.gone; mkdir -p ~/.config/containers; echo '{}' >~/.config/containers/policy.json");
        for (var attempt = 0; ; attempt++)
        {
            var closed = await site.Client.RunAsync("sh", "-ec", $"lsattr -d {home}/.config/containers | grep '^....i'; ! ls -A {home}/.config/containers | grep .");
            if (closed.ExitCode == 0)
                break;
            if (attempt == 100)
                Assert.Fail((await site.Client.RunAsync("journalctl", "--no-pager", "-u", "plomba-host-watch.service")).Text);
            await Task.Delay(100);
        }

        await site.Client.ScriptAsync($"chattr -i {home}/.gone/containers && rm -r {home}/.gone");
    }

    [Fact]
    public async Task The_hourly_check_sees_what_a_user_keeps_in_shared_places_and_names_in_a_process()
    {
        await site.Client.MustAsAsync(MachineSite.User, "sh", "-ec", """
            mkdir -p /tmp/aside/.config/containers ~/build
            echo '{"default":[{"type":"insecureAcceptAnything"}]}' >/tmp/aside/.config/containers/policy.json
            printf 'FROM scratch\nLABEL built=aside\n' >~/build/Containerfile
            HOME=/tmp/aside podman build -q -t aside ~/build
            CONTAINERS_POLICY_JSON=/tmp/aside/policy.json setsid sleep 600 >/dev/null 2>&1 </dev/null &
            """);
        try
        {
            await site.Client.RunAsync("systemctl", "start", "plomba-host-check.service");
            var told = (await site.Client.MustAsync("journalctl", "--no-pager", "-o", "cat", "-u", "plomba-host-check.service", "-n", "40")).Text;
            Assert.Contains("/tmp/aside/.local/share/containers/storage", told, StringComparison.Ordinal);
            Assert.Contains("runs with CONTAINERS_POLICY_JSON", told, StringComparison.Ordinal);
        }
        finally
        {
            await site.Client.RunAsAsync(MachineSite.User, "sh", "-c", "pkill -x sleep; rm -r ~/build; podman unshare rm -rf /tmp/aside");
        }
    }

    // Ours only, by their files in the administrator's directory.
    private async Task<List<(Machine Machine, string[] Units)>> InstalledAsync()
    {
        var found = new List<(Machine, string[])>();
        foreach (var machine in new[] { site.Server, site.Client, site.Node })
        {
            var files = await machine.MustAsync("find", "/etc/systemd/system", "-maxdepth", "1", "-name", "plomba*", "-type", "f", "-printf", "%f\n");
            if (files.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } units)
                found.Add((machine, units));
        }

        Assert.NotEmpty(found);
        return found;
    }

    [GeneratedRegex(@"Overall exposure level for .*: (?<level>\d+\.\d)")]
    private static partial Regex Overall();
}
