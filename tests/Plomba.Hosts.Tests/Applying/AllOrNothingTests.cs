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
            Assert.True(Same(before, machine.Snapshot()), $"seed {seed}:\n{FailureInjection.Difference(before, machine.Snapshot())}");
        }
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void A_failure_or_the_end_at_any_step_of_apply_and_of_undo_leaves_the_old_or_the_new(bool isUndo, bool isPowerLoss)
    {
        var steps = 0;
        for (var seed = 2000; seed < 2000 + (Rounds / 4); seed++)
        {
            for (var fatal = 0; TryWithFailure(seed, fatal, isUndo, isPowerLoss); fatal++)
                steps++;
        }

        Assert.True(steps > 100, $"only {steps} steps were tried");
    }

    // False: there are no more steps, or there was nothing to do.
    private static bool TryWithFailure(int seed, int fatal, bool isUndo, bool isPowerLoss)
    {
        using var machine = Prepare(seed, out var wishes, out var plan);
        if (plan.IsRefused || plan.IsEmpty)
            return false;
        var number = isUndo ? machine.Apply(wishes).Number : null;
        var changes = number is { } undone ? machine.UndoPlan(undone).Changes : plan.Changes;
        return new FailureInjection(machine.Root, machine.Snapshot).Run(changes, number, fatal, isPowerLoss, $"seed {seed}") != Outcome.Undisturbed;
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
}
