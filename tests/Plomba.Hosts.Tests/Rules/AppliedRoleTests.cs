using Plomba.Hosts.Applying;
using Plomba.Hosts.Plans;
using Plomba.Site.Names;

namespace Plomba.Hosts.Tests.Rules;

/// <summary>What the real roles make of a bare machine is what the rules want to see.</summary>
public sealed class AppliedRoleTests(MakerKeys keys)
{
    [Theory]
    [InlineData("client")]
    [InlineData("server", "client")]
    [InlineData("client", "developer bob")]
    [InlineData("server", "developer bob", "client")]
    [InlineData("client", "node")]
    public async Task A_machine_in_its_roles_gives_no_finding(params string[] roles)
    {
        using var machine = HealthyMachine.CreateBare(keys);
        foreach (var role in roles)
            await ApplyAsync(machine, role);
        Assert.Empty(await machine.CheckAsync());
    }

    private static async Task ApplyAsync(HealthyMachine machine, string role)
    {
        var (name, user) = role.Split(' ') is [var word, var account] ? (word, account) : (role, null);
        var options = new RoleOptions { User = user is not null && AccountName.TryParse(user, out var someone, out _) ? someone : null };
        var request = new HostRequest(machine.Root, machine.Site, new LocalMaterial(machine.Root, machine.Site), [RoleNames.Parse(name)!.Value], options, machine.Clock);
        var plan = (await HostPlanner.PlanAsync(request, TestContext.Current.CancellationToken)).Require();
        Assert.DoesNotContain(plan.Findings, f => f.Blocks);
        using var changes = HostChanges.Open(machine.Root, machine.Clock).Require();
        var result = changes.Apply(plan.Changes, plan.Activations, request.Purpose);
        Assert.Null(result.Failure);
        changes.Finish(result.Number!.Value);
    }
}
