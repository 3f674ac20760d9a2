using System.Diagnostics.CodeAnalysis;

namespace Plomba.Hosts.Machines;

/// <summary>Why something on a machine cannot be had or done.</summary>
public enum MachineProblem
{
    /// <summary>Nothing has that name (or a directory on the way is missing).</summary>
    Missing,

    /// <summary>A regular file was asked for, and it is a directory, FIFO, socket or device.</summary>
    NotAFile,

    /// <summary>A directory was asked for, or stands on the way, and it is something else.</summary>
    NotADirectory,

    /// <summary>A symbolic link in a place that belongs to somebody other than the administrator: never followed.</summary>
    UntrustedLink,

    /// <summary>The file or directory is larger than the caller's limit.</summary>
    TooLarge,

    /// <summary>This process may not.</summary>
    Denied,

    /// <summary>Something has that name already.</summary>
    Exists,

    /// <summary>It changed while it was being read or written.</summary>
    Changed,

    /// <summary>The disk or a quota is full.</summary>
    NoSpace,

    /// <summary>The file system is read-only, or cannot do it.</summary>
    NotSupported,

    /// <summary>The two places of a rename lie on different file systems.</summary>
    CrossesFileSystems,

    /// <summary>Something is mounted there.</summary>
    Busy,

    /// <summary>Anything else the kernel answers.</summary>
    Other,
}

/// <summary>What went wrong, on what.</summary>
/// <param name="Problem">Its kind.</param>
/// <param name="Path">Where.</param>
/// <param name="Message">For people, the path in it: one printable line.</param>
public sealed record MachineError(MachineProblem Problem, MachinePath Path, string Message);

/// <summary>A write that did not happen, or did not end as it should. Thrown by writes only; reads return their errors.</summary>
public sealed class MachineException(MachineError error) : IOException(error.Message)
{
    /// <summary>What went wrong.</summary>
    public MachineError Error { get; } = error;

    /// <summary>Whether somebody put something there, so that trying again would fail again, for as long as they like.</summary>
    internal bool IsOthersDoing => Error.Problem is MachineProblem.Missing or MachineProblem.Exists or MachineProblem.NotAFile
        or MachineProblem.NotADirectory or MachineProblem.UntrustedLink or MachineProblem.Changed or MachineProblem.Busy;
}

/// <summary>What a read gave: a value, or why there is none.</summary>
public readonly struct MachineResult<T>
{
    private readonly T? _value;

    private MachineResult(T? value, MachineError? error) => (_value, Error) = (value, error);

    /// <summary>Null when there is a value.</summary>
    public MachineError? Error { get; }

    /// <summary>Whether the answer is that nothing is there.</summary>
    public bool IsMissing => Error?.Problem == MachineProblem.Missing;

    /// <summary>The value, or false and the error.</summary>
    public bool TryGet([MaybeNullWhen(false)] out T value, [NotNullWhen(false)] out MachineError? error)
    {
        (value, error) = (_value, Error);
        return error is null;
    }

    /// <summary>The value; for callers that cannot go on without it.</summary>
    /// <exception cref="MachineException">There is none.</exception>
    public T Require() => Error is null ? _value! : throw new MachineException(Error);

    internal MachineResult<TOther> As<TOther>() => MachineResult<TOther>.Failed(Error!);

    internal static MachineResult<T> Of(T value) => new(value, null);

    internal static MachineResult<T> Failed(MachineError error) => new(default, error);
}
