namespace Plomba.CommandLine;

/// <summary>
/// Ends a verb with one clear message: what failed, on what, and what to do next. Thrown by verbs only; libraries
/// return their expected outcomes.
/// </summary>
internal sealed class Failure(string message, string? hint = null, int exitCode = ExitCode.Failed) : Exception(message)
{
    /// <summary>What the user can do about it; null when the message says it all.</summary>
    public string? Hint { get; } = hint;

    /// <summary>What the process exits with.</summary>
    public int Code { get; } = exitCode;

    /// <summary>A mistake on the command line: exit 2, nothing was attempted.</summary>
    public static Failure Usage(string message, string? hint = null) => new(message, hint, ExitCode.Usage);

    /// <summary>Refused: exit 3.</summary>
    public static Failure Refused(string message, string? hint = null) => new(message, hint, ExitCode.Refused);
}
