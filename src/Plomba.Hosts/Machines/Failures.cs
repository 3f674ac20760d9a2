using System.Runtime.InteropServices;

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
    public static MachineError Last(string doing, MachinePath path) => Of(Marshal.GetLastPInvokeError(), doing, path);

    public static MachineError Of(int errno, string doing, MachinePath path) =>
        new(ProblemOf(errno), path, $"cannot {doing} {path}: {Marshal.GetPInvokeErrorMessage(errno)}");

    public static MachineError UntrustedLink(MachinePath path, MachinePath link) =>
        new(MachineProblem.UntrustedLink, path, $"{link} is a symbolic link in a place that is not the administrator's alone: it is not followed");

    public static MachineError WrongKind(MachinePath path, NodeKind kind, bool wantsDirectory) => wantsDirectory
        ? new(MachineProblem.NotADirectory, path, $"{path} is {Word(kind)}, not a directory")
        : new(MachineProblem.NotAFile, path, $"{path} is {Word(kind)}, not a regular file");

    public static string Word(NodeKind kind) => kind switch
    {
        NodeKind.File => "a file",
        NodeKind.Directory => "a directory",
        NodeKind.SymbolicLink => "a symbolic link",
        NodeKind.Fifo => "a named pipe",
        NodeKind.Socket => "a socket",
        NodeKind.CharacterDevice => "a character device",
        _ => "a block device",
    };

    private static MachineProblem ProblemOf(int errno) => errno switch
    {
        NoEntry => MachineProblem.Missing,
        NotPermitted or 13 => MachineProblem.Denied, // EACCES
        Exists or 39 => MachineProblem.Exists, // ENOTEMPTY
        20 => MachineProblem.NotADirectory, // ENOTDIR
        21 or 6 => MachineProblem.NotAFile, // EISDIR, ENXIO: a socket
        28 or 122 => MachineProblem.NoSpace, // ENOSPC, EDQUOT
        30 or 95 or 25 or Invalid or NotImplemented => MachineProblem.NotSupported, // EROFS, EOPNOTSUPP, ENOTTY
        CrossDevice => MachineProblem.CrossesFileSystems,
        TooManyLinks => MachineProblem.UntrustedLink,
        _ => MachineProblem.Other,
    };
}
