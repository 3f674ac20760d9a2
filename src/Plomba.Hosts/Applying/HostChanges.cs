using System.Security.Cryptography;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;

namespace Plomba.Hosts.Applying;

/// <summary>
/// Changes a machine, one transaction at a time: all of a plan or nothing of it. Before-images go to
/// <c>/var/lib/plomba-host/NUMBER</c> first; a transaction that power loss or a kill has cut off is rolled back by
/// <see cref="Recover"/>. While one of these is open, no other process changes the machine. Not thread-safe.
/// </summary>
public sealed class HostChanges : IDisposable
{
    // Older ones are forgotten; nobody undoes what fifty others stand on.
    private const int Kept = 50;

    private readonly MachineRoot _root;
    private readonly HostDirectory _directory;
    private readonly TimeProvider _time;

    private HostChanges(MachineRoot root, HostDirectory directory, TimeProvider time) => (_root, _directory, _time) = (root, directory, time);

    /// <summary>Opens a machine for changes.</summary>
    /// <returns>An error when another process is changing it.</returns>
    /// <exception cref="MachineException">The directory of transactions cannot be made, or others could write there.</exception>
    public static MachineResult<HostChanges> Open(MachineRoot root, TimeProvider time) =>
        HostDirectory.Open(root).TryGet(out var directory, out var error)
            ? MachineResult<HostChanges>.Of(new HostChanges(root, directory, time))
            : MachineResult<HostChanges>.Failed(error);

    /// <summary>Whether a transaction was cut off and not rolled back yet. Looks only: for those who change nothing.</summary>
    public static bool IsUnfinished(MachineRoot root) => HostDirectory.HasUnfinished(root);

    /// <summary>
    /// Finishes what was cut off: what is not complete is rolled back, what is complete is cleaned up. Called before
    /// anything else is done with the machine; with nothing to do it does nothing.
    /// </summary>
    /// <returns>What was done, for people; empty: nothing was to be done.</returns>
    /// <exception cref="MachineException">It cannot be finished now.</exception>
    public RecoveryReport Recover()
    {
        _directory.Sweep();
        var report = new RecoveryReport();
        foreach (var number in _directory.Numbers.Reverse())
        {
            switch (_directory.StateOf(number))
            {
                case TransactionState.Prepared:
                    report = report with { RolledBack = number, Kept = RollBack(Load(number)) };
                    break;
                case TransactionState.Applied:
                    var record = Load(number);
                    CleanUp(record);
                    report = report with { Pending = [.. record.Activations, .. report.Pending], PendingNumbers = [.. report.PendingNumbers, number] };
                    break;
            }
        }

        return report;
    }

    /// <summary>Makes all changes of a plan, or none.</summary>
    /// <param name="changes">What changes.</param>
    /// <param name="activations">What the changes ask for; done by the caller, who then calls <see cref="Finish"/>.</param>
    /// <param name="purpose">What was asked for, for people.</param>
    /// <param name="undoes">The number of the transaction that this one takes back; null: none.</param>
    /// <param name="progress">Told of each change before it is made.</param>
    public ApplyResult Apply(IReadOnlyList<Change> changes, IReadOnlyList<Activation> activations, string purpose, int? undoes = null, Action<Change>? progress = null)
    {
        using var accounts = changes.Any(c => AccountLock.Files.Contains(c.Path)) ? AccountLock.Take(_root, _time) : null;
        var record = new TransactionRecord
        {
            Number = 1 + (_directory.Numbers is [.., var last] ? last : 0),
            Started = _time.GetUtcNow(),
            Token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)),
            Purpose = purpose,
            Undoes = undoes,
            Changes = changes,
            Activations = [.. activations.Where(a => a.IsNeeded(changes))],
            Fastened = Workbench.FastenedBy(_root, changes),
        };
        try
        {
            _directory.Store(record);
        }
        catch (IOException e)
        {
            return ApplyResult.Failed(e.Message, [], isRolledBack: true);
        }

        return Make(record, progress);
    }

    /// <summary>
    /// Does what a change and those before it ask for, as far as this machine can; when all of it is done, notes that
    /// nothing is left to do.
    /// </summary>
    /// <param name="result">What became of the change; null: there was nothing to change.</param>
    /// <param name="recovered">What earlier changes left to do.</param>
    /// <param name="cancellation">Ends the activations.</param>
    /// <returns>What was tried; empty where nothing runs that could take notice.</returns>
    public async Task<IReadOnlyList<ActivationOutcome>> ActivateAsync(ApplyResult? result, RecoveryReport recovered, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(recovered);
        IReadOnlyList<ActivationOutcome> outcomes = ActivationRunner.IsPossible(_root) ? await ActivationRunner.RunAsync(recovered.With(result), cancellation) : [];
        if (outcomes.All(o => o.Failure is null))
        {
            foreach (var number in recovered.PendingNumbers.Concat(result?.Number is { } own ? [own] : []))
                Finish(number);
        }

        return outcomes;
    }

    /// <summary>Notes that a transaction's activations are done. Until then the next verb tries them again.</summary>
    public void Finish(int number)
    {
        _directory.Mark(number, TransactionState.Done);
        foreach (var old in _directory.Numbers.SkipLast(Kept).Where(n => _directory.StateOf(n) == TransactionState.Done))
            _directory.Forget(old);
    }

    /// <summary>The transactions there are, the latest first.</summary>
    /// <exception cref="MachineException">A record cannot be read.</exception>
    internal IReadOnlyList<TransactionRecord> History => [.. _directory.Numbers.Reverse().Select(Load)];

    /// <inheritdoc/>
    public void Dispose() => _directory.Dispose();

    private ApplyResult Make(TransactionRecord record, Action<Change>? progress)
    {
        var bench = new Workbench(_root, record);
        try
        {
            for (var i = 0; i < record.Changes.Count; i++)
            {
                progress?.Invoke(record.Changes[i]);
                bench.Make(i);
            }

            bench.Fasten(isTakenBack: false);
            if (bench.Differing.FirstOrDefault() is { } path && path != default)
                throw new MachineException(new(MachineProblem.Changed, path, Text.Say($"{path} changed while the plan was being applied")));
            _directory.Mark(record.Number, TransactionState.Applied);
        }
        catch (IOException failure)
        {
            return GiveUp(record, failure);
        }

        CleanUp(record);
        return ApplyResult.Done(record.Number, record.Activations);
    }

    private ApplyResult GiveUp(TransactionRecord record, IOException failure)
    {
        try
        {
            return ApplyResult.Failed(failure.Message, RollBack(record), isRolledBack: true);
        }
        catch (IOException second)
        {
            return ApplyResult.Failed($"{failure.Message}; {second.Message}", [], isRolledBack: false);
        }
    }

    // The paths that somebody else has changed meanwhile: they stay as they are.
    private List<MachinePath> RollBack(TransactionRecord record)
    {
        using var accounts = record.Changes.Any(c => AccountLock.Files.Contains(c.Path)) ? AccountLock.Take(_root, _time) : null;
        var bench = new Workbench(_root, record);
        var kept = new List<MachinePath>();
        for (var i = record.Changes.Count - 1; i >= 0; i--)
        {
            if (!bench.TakeBack(i))
                kept.Add(record.Changes[i].Path);
        }

        bench.Fasten(isTakenBack: true);
        if (kept.Count == 0)
            _directory.Forget(record.Number);
        else
            _directory.Mark(record.Number, TransactionState.Done); // the before-images stay, for a person to look at
        return kept;
    }

    private void CleanUp(TransactionRecord record)
    {
        var bench = new Workbench(_root, record);
        for (var i = 0; i < record.Changes.Count; i++)
            bench.Discard(i);
        bench.Fasten(isTakenBack: false);
    }

    private TransactionRecord Load(int number)
    {
        try
        {
            return _directory.Load(number);
        }
        catch (FormatException e)
        {
            var path = HostDirectory.Path;
            throw new MachineException(new(MachineProblem.Other, path, Text.Say($"the record of change {number} in {path} cannot be used: {e.Message}")));
        }
    }
}

/// <summary>What became of a plan.</summary>
/// <param name="Number">The number of the change, for undo; null: nothing was changed.</param>
/// <param name="Activations">What is to be done now.</param>
/// <param name="Failure">Why it was not applied, for people; null: it was.</param>
/// <param name="Kept">After a failure: paths that could not be given back because somebody else has changed them.</param>
/// <param name="IsRolledBack">After a failure: whether everything else is as before. If not, the next verb tries again.</param>
public sealed record ApplyResult(int? Number, IReadOnlyList<Activation> Activations, string? Failure, IReadOnlyList<MachinePath> Kept, bool IsRolledBack)
{
    internal static ApplyResult Done(int number, IReadOnlyList<Activation> activations) => new(number, activations, null, [], false);

    internal static ApplyResult Failed(string failure, IReadOnlyList<MachinePath> kept, bool isRolledBack) => new(null, [], failure, kept, isRolledBack);
}

/// <summary>What was found unfinished.</summary>
public sealed record RecoveryReport
{
    /// <summary>The number of the change that was rolled back; null: none was.</summary>
    public int? RolledBack { get; init; }

    /// <summary>Paths that were not given back because somebody else has changed them since.</summary>
    public IReadOnlyList<MachinePath> Kept { get; init; } = [];

    /// <summary>What earlier changes ask for and was never done, or failed.</summary>
    public IReadOnlyList<Activation> Pending { get; init; } = [];

    /// <summary>The numbers of these changes, for <see cref="HostChanges.Finish"/>.</summary>
    public IReadOnlyList<int> PendingNumbers { get; init; } = [];

    /// <summary>What is to be done now, after a change that was made since; each thing once.</summary>
    public IReadOnlyList<Activation> With(ApplyResult? result) => [.. Pending.Concat(result?.Activations ?? []).Distinct()];
}
