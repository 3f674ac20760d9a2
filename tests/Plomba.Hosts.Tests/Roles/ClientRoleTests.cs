using Plomba.Hosts.Machines;
using Plomba.Hosts.Tests.Rules;

namespace Plomba.Hosts.Tests.Roles;

public sealed class ClientRoleTests(MakerKeys keys)
{
    private static readonly NodeAttributes Closed = new(Owner.Root, (UnixFileMode)0b101_101_101, Immutable: true);

    [Fact]
    public async Task Members_of_exactly_the_users_group_are_closed_and_makers_are_not()
    {
        using var machine = RoleMachine.Create(keys);
        File.AppendAllText(machine.Real("/etc/group"), "podman:x:501:\npodman_dev:x:502:\n");
        machine.AddUser("carol", 1500, "podman");
        machine.AddUser("anna", 1501, "podman", "podman_dev");
        machine.AddUser("eve", 1502, "podman_dev");
        machine.AddUser("dave", 1503);

        await machine.ApplyAsync("client");

        Assert.Equal(machine.Status("/home/carol/.config/containers").CanBeImmutable ? Closed : Closed with { Immutable = false }, machine.Status("/home/carol/.config/containers").Attributes);
        Assert.Equal(new NodeAttributes(new(1500, 1500), (UnixFileMode)0b111_000_000), machine.Status("/home/carol/.local/share/containers").Attributes);
        Assert.Equal(1500u, machine.Status("/home/carol/.config").Attributes.Owner.User);
        foreach (var other in new[] { "anna", "eve", "dave" })
            Assert.False(machine.Exists($"/home/{other}/.config"), other);
    }

    [Fact]
    public async Task An_own_configuration_goes_and_comes_back_with_undo()
    {
        using var machine = RoleMachine.Create(keys);
        machine.AddUser("carol", 1500);
        machine.Write("/home/carol/.config/containers/policy.json", "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}", new(1500, 1500));
        machine.Write("/home/carol/.config/containers/registries.d/own.yaml", "docker: {}\n", new(1500, 1500));

        var number = await machine.ApplyAsync("client", "carol");

        Assert.Empty(Directory.EnumerateFileSystemEntries(machine.Real("/home/carol/.config/containers")));
        machine.Undo(number);
        Assert.Contains("insecureAcceptAnything", machine.Read("/home/carol/.config/containers/policy.json"), StringComparison.Ordinal);
        Assert.Equal(new(1500, 1500), machine.Status("/home/carol/.config/containers/registries.d/own.yaml").Attributes.Owner);
    }

    [Fact]
    public async Task A_renamed_parent_is_found_by_the_next_plan()
    {
        using var machine = RoleMachine.Create(keys);
        machine.AddUser("carol", 1500);
        await machine.ApplyAsync("client", "carol");

        Directory.Move(machine.Real("/home/carol/.config"), machine.Real("/home/carol/old"));
        machine.Write("/home/carol/.config/containers/policy.json", "{}", new(1500, 1500));
        var plan = await machine.PlanAsync("client", "carol");

        Assert.Contains(plan.Changes, c => c.Path.Text == "/home/carol/.config/containers/policy.json" && c.After is null);
        Assert.Contains(plan.Changes, c => c.Path.Text == "/home/carol/.config/containers");
    }

    [Fact]
    public async Task What_hides_the_machines_configuration_from_root_goes()
    {
        using var machine = RoleMachine.Create(keys);
        machine.Write("/root/.config/containers/policy.json", "{}");
        machine.Write("/root/.config/containers/registries.d/x.yaml", "docker: {}\n");
        machine.Write("/root/.config/containers/auth.json", "{}");

        await machine.ApplyAsync("client");

        Assert.Equal([machine.Real("/root/.config/containers/auth.json")], Directory.EnumerateFileSystemEntries(machine.Real("/root/.config/containers")));
    }

    [Theory]
    [InlineData("default-docker:\n  lookaside: http://sigstore.local:81/sigstore/\n", true)]
    [InlineData("docker:\n  registry.local:\n    lookaside: http://old/\n", true)]
    [InlineData("docker:\n  registry.local/alt:\n    sigstore: http://old/\n", true)]
    [InlineData("default-docker:\n  lookaside-staging: file:///var/lib/containers/sigstore\n", false)]
    [InlineData("docker:\n  registry.local.evil.org:\n    lookaside: http://old/\n", false)]
    public async Task Another_file_of_stores_goes_only_when_it_speaks_of_the_sites_registry(string yaml, bool goes)
    {
        using var machine = RoleMachine.Create(keys);
        machine.Write("/etc/containers/registries.d/default.yaml", yaml);

        await machine.ApplyAsync("client");

        Assert.Equal(goes, !machine.Exists("/etc/containers/registries.d/default.yaml"));
    }

    [Fact]
    public async Task A_file_that_speaks_of_other_registries_too_is_for_a_person_to_change()
    {
        using var machine = RoleMachine.Create(keys);
        machine.Write("/etc/containers/registries.d/mixed.yaml", "docker:\n  registry.local:\n    lookaside: http://a/\n  quay.io:\n    lookaside: http://b/\n");

        Assert.Contains((await machine.PlanAsync("client")).Findings, f => f.Blocks && f.Text.StartsWith("/etc/containers/registries.d/mixed.yaml", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("anna", "is a maker of the site")]
    [InlineData("root", "is the administrator")]
    [InlineData("eve", "is in the group podman_dev")]
    [InlineData("homeless", "has no home directory")]
    [InlineData("guest", "is not the own home directory")]
    public async Task Who_cannot_be_a_client_is_refused_with_the_reason(string user, string reason)
    {
        using var machine = RoleMachine.Create(keys);
        File.AppendAllText(machine.Real("/etc/group"), "podman_dev:x:502:\n");
        machine.AddUser("anna", 1001);
        machine.AddUser("eve", 1002, "podman_dev");
        machine.AddUser("carol", 1003);
        File.AppendAllText(machine.Real("/etc/passwd"), "homeless:x:1004:1003:::/bin/sh\nguest:x:1005:1003::/home/carol:/bin/sh\n");

        Assert.Contains((await machine.PlanAsync("client", user)).Findings, f => f.Blocks && f.Text.Contains(reason, StringComparison.Ordinal) && f.Hint is not null);
    }

    [Fact]
    public async Task The_watch_and_the_hourly_check_are_enabled()
    {
        using var machine = RoleMachine.Create(keys);

        await machine.ApplyAsync("client");

        Assert.True(machine.Exists("/etc/systemd/system/multi-user.target.wants/plomba-host-watch.service"));
        Assert.True(machine.Exists("/etc/systemd/system/timers.target.wants/plomba-host-check.timer"));
        Assert.Contains("ExecStart=/usr/bin/plomba host watch --fix\n", machine.Read("/etc/systemd/system/plomba-host-watch.service"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_ALT_Linux_containers_without_root_are_switched_on()
    {
        using var machine = RoleMachine.Create(keys);
        machine.Write("/etc/altlinux-release", "ALT\n");
        machine.Write("/usr/bin/newuidmap", "");

        await machine.ApplyAsync("client", "newcomer");

        Assert.Contains("-kernel.unprivileged_userns_clone = 1\n", machine.Read("/etc/sysctl.d/50-plomba.conf"), StringComparison.Ordinal);
        Assert.Equal((UnixFileMode)0b100_111_001_000, machine.Status("/usr/bin/newuidmap").Attributes.Mode);
    }
}
