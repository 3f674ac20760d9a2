using Plomba.Hosts.Applying;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;

namespace Plomba.Hosts.Tests.Applying;

/// <summary>What became of changes one step of which went wrong.</summary>
internal enum Outcome
{
    /// <summary>There is no such step: everything was done.</summary>
    Undisturbed,

    /// <summary>The old state.</summary>
    Old,

    /// <summary>The new one.</summary>
    New,
}

/// <summary>Lets one step of many go wrong: the disk fails, or everything ends there and the next verb finds what is left.</summary>
internal sealed class FailureInjection(MachineRoot root, Func<SortedDictionary<string, string>> snapshot)
{
    /// <summary>Makes changes with a failure at a step, and the next verb's recovery; whatever is neither old nor new fails the test.</summary>
    /// <param name="changes">What is made.</param>
    /// <param name="undoes">The change that is undone by it.</param>
    /// <param name="fatal">The step, from 0.</param>
    /// <param name="isPowerLoss">Whether nothing runs afterwards, not even a rollback.</param>
    /// <param name="where">For messages.</param>
    public Outcome Run(IReadOnlyList<Change> changes, int? undoes, int fatal, bool isPowerLoss, string where)
    {
        var before = snapshot();
        var isHit = false;
        var step = 0;
        using (var host = HostChanges.Open(root, TimeProvider.System).Require())
        {
            root.BeforeChange = (what, path) =>
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
                var result = host.Apply(changes, [], "test", undoes);
                Assert.True(result.Failure is null || result.IsRolledBack, $"{where}, step {fatal}: {result.Failure}");
                if (isHit && result.Failure is not null)
                    Assert.True(before.SequenceEqual(snapshot()), $"{where}, step {fatal}: a failure was not rolled back at once:\n{Difference(before, snapshot())}");
            }
            catch (Exception e) when (e is PowerLossException or MachineException)
            {
                // The next verb goes on from here.
            }
        }

        root.BeforeChange = null;
        using (var next = HostChanges.Open(root, TimeProvider.System).Require())
        {
            var report = next.Recover();
            Assert.Empty(report.Kept);
            foreach (var number in report.PendingNumbers)
                next.Finish(number);
        }

        var after = snapshot();
        var isOld = before.SequenceEqual(after);
        Assert.True(
            isOld || TreeSnapshot.After(before, changes).SequenceEqual(after),
            $"{where}, step {fatal}: neither the old state nor the new one:\n{Difference(before, after)}");
        return !isHit ? Outcome.Undisturbed : isOld ? Outcome.Old : Outcome.New;
    }

    public static string Difference(SortedDictionary<string, string> one, SortedDictionary<string, string> other) =>
        string.Join('\n', one.Except(other).Select(p => $"- {p.Key} {p.Value}").Concat(other.Except(one).Select(p => $"+ {p.Key} {p.Value}")));

    private sealed class PowerLossException : Exception;
}
