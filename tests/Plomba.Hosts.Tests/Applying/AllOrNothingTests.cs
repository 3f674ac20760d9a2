using Plomba.Hosts.Applying;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;

namespace Plomba.Hosts.Tests.Applying;

/// <summary>Random machines, random wishes: the plan says what is done, twice is once, undo gives everything back, and no failure leaves a half.</summary>
public sealed class AllOrNothingTests
{
    private static int Rounds => Environment.GetEnvironmentVariable("PLOMBA_LONG") is null ? 60 : 2000;

    [Fact]
    public void The_plan_is_what_apply_does_and_apply_twice_is_apply_once()
    {
        var changed = 0;
        for (var seed = 0; seed < Rounds; seed++)
        {
            using var machine = Prepare(seed, out var wishes, out var plan);
            var before = machine.Snapshot();
            if (plan.IsRefused)
                continue;
            var result = machine.Apply(wishes);
            Assert.True(result.Failure is null, $"seed {seed}: {result.Failure}\n{string.Join('\n', plan.Changes)}\n{string.Join('\n', before)}");
            Assert.Equal(TreeSnapshot.After(before, plan.Changes), machine.Snapshot());
            var again = machine.Plan(wishes);
            Assert.True(again.IsEmpty, $"seed {seed}: {string.Join(", ", again.Changes.Select(c => c.Path))}");
            changed += plan.Changes.Count;
        }

        Assert.True(changed > Rounds, "too little has been tried");
    }

    [Fact]
    public void Undo_gives_back_every_byte_mode_owner_and_attribute()
    {
        for (var seed = 1000; seed < 1000 + Rounds; seed++)
        {
            using var machine = Prepare(seed, out var wishes, out var plan);
            if (plan.IsRefused || plan.IsEmpty)
                continue;
            var before = machine.Snapshot();
            var result = machine.Apply(wishes);
            Assert.True(result.Failure is null, $"seed {seed}: {result.Failure}\n{string.Join('\n', plan.Changes)}\n{string.Join('\n', before)}");
            result = machine.Undo(result.Number!.Value);
            Assert.True(result.Failure is null, $"seed {seed}: {result.Failure}\n{string.Join('\n', plan.Changes)}\n{string.Join('\n', before)}");
            Assert.True(Same(before, machine.Snapshot()), $"seed {seed}:\n{Difference(before, machine.Snapshot())}");
        }
    }

    [Fact]
    public void A_failure_at_any_step_leaves_everything_as_it_was()
    {
        var steps = 0;
        for (var seed = 2000; seed < 2000 + (Rounds / 4); seed++)
        {
            for (var fatal = 0; TryWithFailure(seed, fatal, isPowerLoss: false); fatal++)
                steps++;
        }

        Assert.True(steps > 100, $"only {steps} steps were tried");
    }

    [Fact]
    public void An_end_without_warning_at_any_step_leaves_the_old_or_the_new_after_the_next_verb()
    {
        var steps = 0;
        for (var seed = 3000; seed < 3000 + (Rounds / 4); seed++)
        {
            for (var fatal = 0; TryWithFailure(seed, fatal, isPowerLoss: true); fatal++)
                steps++;
        }

        Assert.True(steps > 100, $"only {steps} steps were tried");
    }

    // False: there are no more steps, or there was nothing to do.
    private static bool TryWithFailure(int seed, int fatal, bool isPowerLoss)
    {
        using var machine = Prepare(seed, out var wishes, out var plan);
        if (plan.IsRefused || plan.IsEmpty)
            return false;
        var before = machine.Snapshot();
        var isHit = false;
        var isApplied = false;
        using (var changes = HostChanges.Open(machine.Root, TimeProvider.System).Require())
        {
            var step = 0;
            machine.Root.BeforeChange = (what, path) =>
            {
                if (step++ == fatal)
                {
                    isHit = true;
                    throw isPowerLoss ? new PowerLossException() : new MachineException(new(MachineProblem.NoSpace, path, $"{what} {path}: no space"));
                }

                // After the end nothing runs any more; after a mere failure the rollback does.
                if (isHit && isPowerLoss)
                    throw new PowerLossException();
            };
            try
            {
                var result = changes.Apply(plan.Changes, [], "test");
                Assert.True(result.Failure is null || result.IsRolledBack, $"seed {seed}, step {fatal}: {result.Failure}");
                isApplied = result.Failure is null;
            }
            catch (Exception e) when (e is PowerLossException or MachineException)
            {
                isApplied = false;
            }
        }

        machine.Root.BeforeChange = null;
        if (!isHit)
            return false;
        var between = machine.Snapshot();
        using (var next = HostChanges.Open(machine.Root, TimeProvider.System).Require())
            Assert.Empty(next.Recover().Kept);
        var after = machine.Snapshot();
        var wanted = TreeSnapshot.After(before, plan.Changes);
        Assert.True(Same(after, before) || Same(after, wanted), $"seed {seed}, step {fatal}: neither the old state nor the new one:\n{Difference(before, after)}");
        if (!isPowerLoss && !isApplied && Same(after, before))
            Assert.True(Same(between, before), $"seed {seed}, step {fatal}: a failure was not rolled back at once:\n{Difference(before, between)}");
        return true;
    }

    private static TestMachine Prepare(int seed, out List<DesiredEntry> wishes, out Plan plan)
    {
        var machine = new TestMachine();
        var random = new RandomStates(seed);
        random.Fill(machine.Root);
        wishes = random.Wishes();
        plan = machine.Plan(wishes);
        return machine;
    }

    private static bool Same(SortedDictionary<string, string> one, SortedDictionary<string, string> other) => one.SequenceEqual(other);

    private static string Difference(SortedDictionary<string, string> one, SortedDictionary<string, string> other) =>
        string.Join('\n', one.Except(other).Select(p => $"- {p.Key} {p.Value}").Concat(other.Except(one).Select(p => $"+ {p.Key} {p.Value}")));

    private sealed class PowerLossException : Exception;
}
