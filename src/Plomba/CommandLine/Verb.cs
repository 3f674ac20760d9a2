using System.CommandLine;
using Plomba.Files;

namespace Plomba.CommandLine;

/// <summary>Joins a verb's work to the command line: one place turns outcomes into messages and exit codes.</summary>
internal static class Verb
{
    /// <summary>Sets what the command does. The work returns an exit code; it may throw <see cref="Failure"/>.</summary>
    public static Command Does(this Command command, Func<ParseResult, Terminal, CancellationToken, Task<int>> work)
    {
        command.SetAction((parsed, cancellation) => RunAsync(parsed, work, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        ParseResult parsed, Func<ParseResult, Terminal, CancellationToken, Task<int>> work, CancellationToken cancellation)
    {
        var configuration = parsed.InvocationConfiguration;
        var terminal = new Terminal(
            configuration.Output,
            configuration.Error,
            parsed.GetValue(CommonOptions.Quiet),
            string.Equals(parsed.GetValue(CommonOptions.Output), "json", StringComparison.Ordinal));
        // JSON is for programs: the same for every user.
        if (terminal.Json)
            UserLanguage.SpeakEnglish();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (parsed.GetValue(CommonOptions.CommandTimeout) is { } timeout && timeout > TimeSpan.Zero)
            limit.CancelAfter(timeout);
        try
        {
            // On the pool: a verb that is stuck in a system call (a pipe for a file) must not keep signals from ending it.
            return await Task.Run(() => work(parsed, terminal, limit.Token), CancellationToken.None);
        }
        catch (Failure failure)
        {
            terminal.Error(failure.Message, failure.Hint);
            return failure.Code;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            terminal.Error(Text.Say("not finished within --command-timeout"), Text.Say("What was done so far stands; run it again or allow more time."));
            return ExitCode.Failed;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && !parsed.GetValue(CommonOptions.Debug))
        {
            terminal.Error(FileTrouble.Of(e), Text.Say("Look at the path, its rights and the room on its disk; --debug shows where this came from."));
            return ExitCode.Failed;
        }
        catch (Exception e) when (!parsed.GetValue(CommonOptions.Debug))
        {
            // A broken world (disk, network, a mistake of ours): one line, never a stack trace; --debug shows it all.
            terminal.Error(FileTrouble.Of(e), Text.Say("Run it again with --debug to see where this came from."));
            return ExitCode.Failed;
        }
    }
}
