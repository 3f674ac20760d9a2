using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;

namespace Plomba.Hosts.Applying;

/// <summary>One change of a machine: everything that is needed to finish it, to roll it back, or to undo it later.</summary>
internal sealed record TransactionRecord
{
    /// <summary>Its number, from 1; the name of its directory.</summary>
    public required int Number { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>Nobody can guess it: part of the names of files that stand aside while it is made.</summary>
    public required string Token { get; init; }

    /// <summary>What was asked for, for people: <c>client</c>, <c>developer alice</c>.</summary>
    public required string Purpose { get; init; }

    /// <summary>The number of the transaction that this one takes back; null: it takes none back.</summary>
    public int? Undoes { get; init; }

    /// <summary>What changes, in the order in which it is made.</summary>
    public required IReadOnlyList<Change> Changes { get; init; }

    /// <summary>What is done once the changes are made.</summary>
    public required IReadOnlyList<Activation> Activations { get; init; }

    /// <summary>Directories in which something changes and which are locked: the flags are off only meanwhile.</summary>
    public required IReadOnlyList<LockedDirectory> Fastened { get; init; }
}

/// <summary>A directory in which nothing can be changed before its flags come off.</summary>
/// <param name="Path">Which.</param>
/// <param name="Locks">The flags: immutable, append-only.</param>
internal sealed record LockedDirectory(MachinePath Path, InodeFlags Locks);

/// <summary>How far a transaction has come.</summary>
internal enum TransactionState
{
    /// <summary>Before-images are safe; changes may have been made. Unless it goes on, it is rolled back.</summary>
    Prepared,

    /// <summary>Every change is made; cleaning up and activating is left to do.</summary>
    Applied,

    /// <summary>Nothing is left to do.</summary>
    Done,
}
