using Plomba.Hosts.Tests.Rules;

namespace Plomba.Hosts.Tests.Roles;

/// <summary>What holds for every role: the second time changes nothing, and undo gives everything back.</summary>
public sealed class EveryRoleTests(MakerKeys keys)
{
    [Theory]
    [InlineData("server", null)]
    [InlineData("developer", null)]
    [InlineData("developer", "carol")]
    [InlineData("client", null)]
    [InlineData("client", "carol")]
    [InlineData("client", "newcomer")]
    [InlineData("node", null)]
    [InlineData("node", "carol")]
    [InlineData("server developer client", null)]
    public async Task Applied_twice_it_changes_nothing_and_undone_everything_is_as_before(string roles, string? user)
    {
        using var machine = RoleMachine.Create(keys);
        machine.AddUser("carol", 1500);
        machine.Write("/home/carol/.config/containers/policy.json", "{}", new(1500, 1500));
        machine.Write("/root/.config/containers/policy.json", "{}");
        var before = machine.Snapshot();

        var number = await machine.ApplyAsync(roles, user);
        var after = machine.Snapshot();
        var again = await machine.PlanAsync(roles, user);

        Assert.NotEqual(before, after);
        Assert.Empty(again.Changes);
        Assert.DoesNotContain(again.Findings, f => f.Blocks);
        machine.Undo(number);
        Assert.Equal(before, machine.Snapshot());
    }

    [Fact]
    public async Task A_plan_changes_nothing()
    {
        using var machine = RoleMachine.Create(keys);
        machine.AddUser("carol", 1500);
        var before = machine.Snapshot();

        await machine.PlanAsync("server developer client");

        Assert.Equal(before, machine.Snapshot());
    }

    [Fact]
    public async Task A_key_that_is_not_the_sites_keeps_everything_from_being_applied()
    {
        using var machine = RoleMachine.Create(keys);
        machine.ReplaceKey(await keys.OtherKeyAsync());

        foreach (var role in new[] { "server", "developer", "client", "node" })
            Assert.Contains((await machine.PlanAsync(role)).Findings, f => f.Blocks && f.Text.Contains("the site says", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_name_that_only_begins_like_ours_stays_in_the_hosts_file()
    {
        using var machine = RoleMachine.Create(keys);
        machine.Write("/etc/hosts", "127.0.0.1 localhost\n198.51.100.1 registry.local.evil.org\n198.51.100.2 registry.local other\n");

        await machine.ApplyAsync("client");

        Assert.Equal(
            "127.0.0.1 localhost\n198.51.100.1 registry.local.evil.org\n198.51.100.2 other\n192.0.2.10 registry.local sigstore.local # plomba example\n",
            machine.Read("/etc/hosts"));
    }
}
