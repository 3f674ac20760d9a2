using Plomba.Hosts.Tests.Rules;

namespace Plomba.Hosts.Tests.Roles;

public sealed class CombinationTests(MakerKeys keys)
{
    [Theory]
    [InlineData("node developer", null, "node runs only what is signed")]
    [InlineData("developer node", null, "node runs only what is signed")]
    [InlineData("client developer", "carol", "cannot be a client and an image developer at once")]
    [InlineData("server", "carol", "server is a role of the machine")]
    [InlineData("developer", "root", "is the administrator")]
    public async Task What_makes_no_sense_together_is_refused_with_the_reason(string roles, string? user, string reason)
    {
        using var machine = RoleMachine.Create(keys);

        var plan = await machine.PlanAsync(roles, user);

        Assert.Single(plan.Findings, f => f.Blocks && f.Text.Contains(reason, StringComparison.Ordinal) && f.Hint is not null);
    }

    [Theory]
    [InlineData("client", "developer", "carol", "cannot be a client and an image developer at once")]
    [InlineData("developer", "client", "carol", "cannot be a client and an image developer at once")]
    public async Task It_is_refused_also_when_the_other_role_came_earlier(string first, string second, string user, string reason)
    {
        using var machine = RoleMachine.Create(keys);
        await machine.ApplyAsync(first, user);

        Assert.Contains((await machine.PlanAsync(second, user)).Findings, f => f.Blocks && f.Text.Contains(reason, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("developer", "node")]
    [InlineData("node", "developer")]
    public async Task A_node_stays_without_developers_and_the_other_way_round(string first, string second)
    {
        using var machine = RoleMachine.Create(keys);
        await machine.ApplyAsync(first);

        Assert.Contains((await machine.PlanAsync(second)).Findings, f => f.Blocks && f.Text.Contains("node runs only what is signed", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("server developer")]
    [InlineData("server developer client")]
    [InlineData("server node")]
    [InlineData("client node")]
    public async Task What_makes_sense_together_is_planned_without_contradiction(string roles)
    {
        using var machine = RoleMachine.Create(keys);

        Assert.DoesNotContain((await machine.PlanAsync(roles)).Findings, f => f.Blocks);
    }

    [Fact]
    public async Task A_client_by_its_group_becomes_a_developer_and_gets_its_configuration_back()
    {
        using var machine = RoleMachine.Create(keys);
        File.AppendAllText(machine.Real("/etc/group"), "podman:x:501:\n");
        machine.AddUser("carol", 1500, "podman");
        await machine.ApplyAsync("client");

        await machine.ApplyAsync("developer", "carol");

        Assert.Contains("insecureAcceptAnything", machine.Read("/home/carol/.config/containers/policy.json"), StringComparison.Ordinal);
        Assert.Empty((await machine.PlanAsync("client")).Changes);
    }
}
