using System.Runtime.InteropServices;
using Plomba.Files;

namespace Plomba.Hosts.Machines;

/// <summary>What errno means, in words.</summary>
internal static class Failures
{
    public const int NoEntry = 2;
    public const int NotPermitted = 1;
    public const int Exists = 17;
    public const int CrossDevice = 18;
    public const int Invalid = 22;
    public const int NotImplemented = 38;
    public const int TooManyLinks = 40;

    /// <summary>The error of the call that has just failed.</summary>
    public static MachineError Last(Attempt attempt, MachinePath path) => Of(Marshal.GetLastPInvokeError(), attempt, path);

    public static MachineError Of(int errno, Attempt attempt, MachinePath path) =>
        new(ProblemOf(errno), path, Sentence(attempt, path, FileTrouble.Of(errno)));

    public static MachineError UntrustedLink(MachinePath path) =>
        new(MachineProblem.UntrustedLink, path, Text.Say($"on the way to {path} stands a symbolic link in a place that is not the administrator's alone: it is not followed"));

    public static MachineError WrongKind(MachinePath path, NodeKind kind, bool wantsDirectory) => wantsDirectory
        ? new(MachineProblem.NotADirectory, path, Text.Say($"{path} is {Word(kind)}, not a directory"))
        : new(MachineProblem.NotAFile, path, Text.Say($"{path} is {Word(kind)}, not a regular file"));

    public static string Word(NodeKind kind) => kind switch
    {
        NodeKind.File => Text.Say("a file"),
        NodeKind.Directory => Text.Say("a directory"),
        NodeKind.SymbolicLink => Text.Say("a symbolic link"),
        NodeKind.Fifo => Text.Say("a named pipe"),
        NodeKind.Socket => Text.Say("a socket"),
        NodeKind.CharacterDevice => Text.Say("a character device"),
        _ => Text.Say("a block device"),
    };

    private static string Sentence(Attempt attempt, MachinePath path, string reason) => attempt switch
    {
        Attempt.Open => Text.Say($"cannot open {path}: {reason}"),
        Attempt.Look => Text.Say($"cannot look at {path}: {reason}"),
        Attempt.Read => Text.Say($"cannot read {path}: {reason}"),
        Attempt.List => Text.Say($"cannot list {path}: {reason}"),
        Attempt.Create => Text.Say($"cannot create {path}: {reason}"),
        Attempt.Remove => Text.Say($"cannot remove {path}: {reason}"),
        Attempt.Rename => Text.Say($"cannot rename something to {path}: {reason}"),
        Attempt.ChangeOwner => Text.Say($"cannot change the owner of {path}: {reason}"),
        Attempt.ChangeMode => Text.Say($"cannot change the mode of {path}: {reason}"),
        Attempt.ChangeFlags => Text.Say($"cannot change the flags (immutable, append-only and the like) of {path}: {reason}"),
        Attempt.ReadFlags => Text.Say($"cannot read the flags (immutable, append-only and the like) of {path}: {reason}"),
        Attempt.ReadExtended => Text.Say($"cannot read the extended attributes of {path}: {reason}"),
        Attempt.ChangeExtended => Text.Say($"cannot change the extended attributes of {path}: {reason}"),
        _ => Text.Say($"cannot make {path} durable: {reason}"),
    };

    private static MachineProblem ProblemOf(int errno) => errno switch
    {
        NoEntry => MachineProblem.Missing,
        NotPermitted or 13 => MachineProblem.Denied, // EACCES
        Exists or 39 => MachineProblem.Exists, // ENOTEMPTY
        16 => MachineProblem.Busy, // EBUSY
        20 => MachineProblem.NotADirectory, // ENOTDIR
        21 or 6 => MachineProblem.NotAFile, // EISDIR, ENXIO: a socket
        28 or 122 => MachineProblem.NoSpace, // ENOSPC, EDQUOT
        30 or 95 or 25 or Invalid or NotImplemented => MachineProblem.NotSupported, // EROFS, EOPNOTSUPP, ENOTTY
        CrossDevice => MachineProblem.CrossesFileSystems,
        TooManyLinks => MachineProblem.UntrustedLink,
        _ => MachineProblem.Other,
    };
}

/// <summary>What was tried.</summary>
internal enum Attempt
{
    Open,
    Look,
    Read,
    List,
    Create,
    Remove,
    Rename,
    ChangeOwner,
    ChangeMode,
    ChangeFlags,
    ReadFlags,
    ReadExtended,
    ChangeExtended,
    Flush,
}
