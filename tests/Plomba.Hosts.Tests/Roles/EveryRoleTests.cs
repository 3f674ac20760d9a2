using Plomba.Hosts.Applying;
using Plomba.Hosts.Plans;
using Plomba.Hosts.Tests.Applying;
using Plomba.Hosts.Tests.Rules;

namespace Plomba.Hosts.Tests.Roles;

/// <summary>What holds for every role: the plan is what is done, the second time changes nothing, and undo gives everything back.</summary>
public sealed class EveryRoleTests(MakerKeys keys)
{
    public static TheoryData<string, string?> All => new()
    {
        { "server", null },
        { "developer", null },
        { "developer", "carol" },
        { "client", null },
        { "client", "carol" },
        { "client", "newcomer" },
        { "node", null },
        { "node", "carol" },
        { "server developer client", null },
    };

    [Theory]
    [MemberData(nameof(All))]
    public async Task The_plan_is_what_is_done_twice_is_once_and_undone_everything_is_as_before(string roles, string? user)
    {
        using var machine = Create();
        var before = machine.Snapshot();
        var plan = await machine.PlanAsync(roles, user);

        var number = await machine.ApplyAsync(roles, user);
        var after = machine.Snapshot();
        var again = await machine.PlanAsync(roles, user);

        Assert.NotEqual(before, after);
        Assert.Equal(TreeSnapshot.After(before, plan.Changes), after);
        Assert.Empty(again.Changes);
        Assert.DoesNotContain(again.Findings, f => f.Blocks);
        machine.Undo(number);
        Assert.Equal(before, machine.Snapshot());
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_failure_or_the_end_at_a_step_leaves_the_old_or_the_new(string roles, string? user)
    {
        using var machine = Create();
        var plan = await machine.PlanAsync(roles, user);
        var injection = new FailureInjection(machine.Root, machine.Snapshot);
        foreach (var isPowerLoss in new[] { false, true })
        {
            Assert.True(Disturb(plan.Changes, null, isPowerLoss) > 1);
            var number = await machine.ApplyAsync(roles, user);
            var back = machine.UndoPlan(number).Changes;
            Assert.True(Disturb(back, number, isPowerLoss) > 1);
            Make(back);
        }

        // How many steps were tried; what ended in the new state is taken back.
        int Disturb(IReadOnlyList<Change> changes, int? undoes, bool isPowerLoss)
        {
            var tried = 0;
            for (var fatal = 0; ; fatal += Stride, tried++)
            {
                var outcome = injection.Run(changes, undoes, fatal, isPowerLoss, $"{roles} {user} {(undoes is null ? "apply" : "undo")}");
                if (outcome != Outcome.Old)
                    Make(Comparison.InOrder(changes.Select(c => new Change(c.Path, c.After, c.Before, "back"))));
                if (outcome == Outcome.Undisturbed)
                    return tried;
            }
        }

        void Make(IReadOnlyList<Change> changes)
        {
            using var host = HostChanges.Open(machine.Root, TimeProvider.System).Require();
            var result = host.Apply(changes, [], "test");
            Assert.Null(result.Failure);
            host.Finish(result.Number!.Value);
        }
    }

    private static int Stride => Environment.GetEnvironmentVariable("PLOMBA_LONG") is null ? 37 : 1;

    private RoleMachine Create()
    {
        var machine = RoleMachine.Create(keys);
        machine.AddUser("carol", 1500);
        machine.Write("/home/carol/.config/containers/policy.json", "{}", new(1500, 1500));
        machine.Write("/root/.config/containers/policy.json", "{}");
        return machine;
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
