using Plomba.Hosts.Machines;
using Plomba.Hosts.Tests.Rules;

namespace Plomba.Hosts.Tests.Roles;

public sealed class DeveloperRoleTests(MakerKeys keys)
{
    [Fact]
    public async Task A_maker_gets_an_account_groups_and_a_configuration_of_its_own()
    {
        using var machine = RoleMachine.Create(keys);
        machine.Write("/etc/skel/.bashrc", "# skeleton\n");

        await machine.ApplyAsync("developer", "anna");

        var owner = machine.Status("/home/anna").Attributes.Owner;
        Assert.Equal((UnixFileMode)0b111_000_000, machine.Status("/home/anna").Attributes.Mode);
        Assert.Equal("# skeleton\n", machine.Read("/home/anna/.bashrc"));
        Assert.Equal(["podman", "podman_dev"], GroupsOf(machine, "anna"));
        Assert.Contains("\nanna:!:", machine.Read("/etc/shadow"), StringComparison.Ordinal);
        Assert.StartsWith("anna:100000:65536", machine.Read("/etc/subuid"), StringComparison.Ordinal);
        foreach (var path in new[] { "", "/policy.json", "/registries.d", "/registries.d/plomba.yaml" })
            Assert.Equal(owner, machine.Status($"/home/anna/.config/containers{path}").Attributes.Owner);
        Assert.Contains("insecureAcceptAnything", machine.Read("/home/anna/.config/containers/policy.json"), StringComparison.Ordinal);
        Assert.Contains("lookaside-staging: file:///var/sigstore/staging/anna\n", machine.Read("/home/anna/.config/containers/registries.d/plomba.yaml"), StringComparison.Ordinal);
        Assert.False(machine.Exists("/etc/containers/policy.json")); // the machine itself is held to nothing by this role
        Assert.False(machine.Exists("/var/sigstore/staging")); // inboxes are on the server's machine
    }

    [Fact]
    public async Task Without_a_name_every_maker_of_the_site_is_meant_and_no_other_home_is_touched()
    {
        using var machine = RoleMachine.Create(keys);
        machine.AddUser("carol", 1500);
        machine.Write("/home/carol/.config/containers/policy.json", "{\"default\":[{\"type\":\"reject\"}]}", new(1500, 1500));

        var plan = await machine.PlanAsync("developer");

        Assert.Contains(plan.Changes, c => c.Path.Text == "/home/anna/.config/containers/policy.json");
        Assert.Contains(plan.Changes, c => c.Path.Text == "/home/bob/.config/containers/policy.json");
        Assert.DoesNotContain(plan.Changes, c => c.Path.Text.StartsWith("/home/carol", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Creating_a_maker_loosens_no_client()
    {
        using var machine = RoleMachine.Create(keys);
        machine.AddUser("carol", 1500);
        await machine.ApplyAsync("client", "carol");
        var closed = machine.Snapshot().Where(l => l.Key.StartsWith("/home/carol", StringComparison.Ordinal) || l.Key.StartsWith("/etc/containers", StringComparison.Ordinal)).ToList();

        await machine.ApplyAsync("server developer");

        Assert.Equal(closed, machine.Snapshot().Where(l => l.Key.StartsWith("/home/carol", StringComparison.Ordinal) || l.Key.StartsWith("/etc/containers", StringComparison.Ordinal)));
        Assert.Equal(["podman"], GroupsOf(machine, "carol"));
    }

    [Fact]
    public async Task Namespaces_are_stated_and_a_maker_in_wheel_is_a_finding()
    {
        using var machine = RoleMachine.Create(keys);
        machine.AddUser("anna", 1001, "wheel");
        machine.AddUser("eve", 1003);

        Assert.Contains((await machine.PlanAsync("developer", "anna")).Findings, f => !f.Blocks && f.Text == "anna may push and sign in: registry.local/alt");
        Assert.Contains((await machine.PlanAsync("developer", "anna")).Findings, f => !f.Blocks && f.Text.Contains("may administer the machine", StringComparison.Ordinal));
        Assert.Contains((await machine.PlanAsync("developer", "eve")).Findings, f => !f.Blocks && f.Text.StartsWith("eve is a maker of no namespace", StringComparison.Ordinal));
        Assert.DoesNotContain((await machine.PlanAsync("developer", "eve")).Findings, f => f.Text.Contains("administer", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_planted_link_in_the_home_never_leads_a_write_outside()
    {
        using var machine = RoleMachine.Create(keys);
        machine.AddUser("anna", 1001);
        machine.MakeDirectory("/srv/secret", default);
        Directory.CreateSymbolicLink(machine.Real("/home/anna/.config"), "/srv/secret");
        machine.Root.SetAttributes(MachinePath.Parse("/srv/secret"), NodeAttributes.RootDirectory);

        var plan = await machine.PlanAsync("developer", "anna");

        Assert.True(plan.IsRefused || plan.Changes.All(c => !c.Path.Text.StartsWith("/srv", StringComparison.Ordinal)));
        Assert.Empty(Directory.EnumerateFileSystemEntries(machine.Real("/srv/secret")));
    }

    [Fact]
    public async Task The_recipes_own_stores_file_goes_for_a_second_one_would_break_every_pull()
    {
        using var machine = RoleMachine.Create(keys);
        machine.AddUser("anna", 1001);
        machine.Write("/home/anna/.config/containers/registries.d/default.yaml", "default-docker:\n  lookaside: http://sigstore.local/sigstore/\n  lookaside-staging: file:///var/sigstore/sigstore/\n", new(1001, 1001));

        await machine.ApplyAsync("developer", "anna");

        Assert.False(machine.Exists("/home/anna/.config/containers/registries.d/default.yaml"));
    }

    private static IEnumerable<string> GroupsOf(RoleMachine machine, string user) =>
        machine.Read("/etc/group").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(':')).Where(f => f[3].Split(',').Contains(user)).Select(f => f[0]).Order();
}
