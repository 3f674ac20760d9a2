using System.CommandLine;
using Plomba.CommandLine;
using Plomba.Files;
using Plomba.SelfTest;
using Plomba.SelfTest.OnMachine;

namespace Plomba.Verbs.Host;

/// <summary>
/// <c>plomba host self-test</c>: lines 7 to 9 of the working day on a machine that exists for the test alone. It runs
/// itself again in namespaces of its own; nothing of this machine is changed.
/// </summary>
internal static class HostSelfTestVerb
{
    private static readonly string[] Needed = ["unshare", "setpriv", "mount", "ip", "getent"];

    private static readonly Option<bool> Keep = new("--keep") { Description = Text.Say("Leave the directory with the machine's files.") };

    // What runs within the namespaces; the directory is the outer one's.
    private static readonly Option<string?> Within = new("--within") { Hidden = true };

    public static Command Create() => new Command("self-test", Text.Say("Prove on a throwaway machine that clients and nodes are held to the policy (needs root)."))
    {
        Keep, Within,
    }.Does((parsed, terminal, cancellation) => parsed.GetValue(Within) is { } directory
        ? WithinAsync(directory, parsed.GetValue(Keep), terminal, cancellation)
        : AroundAsync(parsed, terminal, cancellation));

    private static async Task<int> AroundAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        if (!Environment.IsPrivilegedProcess)
            throw new Failure(Text.Say("only root can make the namespaces of the test"), Text.Say("Run it as root; plomba self-test needs no root and proves lines 1 to 6."));
        if (Needed.FirstOrDefault(tool => !ChildProcess.IsInstalled(tool)) is { } missing)
            throw new Failure(Text.Say($"{missing} is not installed"), Text.Say("It comes with util-linux, iproute2 or the C library of the distribution."));
        var keep = parsed.GetValue(Keep);
        using var directory = new TemporaryDirectory(parsed.GetValue(CommonOptions.TemporaryDirectory), keep: keep);
        var result = await ChildProcess.RunAsync(
            "unshare",
            [
                "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation", "private", "--", Trial.Program,
                "host", "self-test", "--within", directory.Path, .. keep ? ["--keep"] : Array.Empty<string>(), "--output", terminal.Json ? "json" : "text",
            ],
            cancellation: cancellation);
        terminal.Relay(result.Text, result.Errors);
        if (keep)
            terminal.Say(Text.Say($"Left in {directory.Path}; remove it with: chattr -R -i {directory.Path}; rm -r {directory.Path}"));
        return result.ExitCode;
    }

    private static async Task<int> WithinAsync(string directory, bool keep, Terminal terminal, CancellationToken cancellation)
    {
        await new PrivateMachine(directory, cancellation).BuildAsync(keep);
        DurableFile.CreateDirectory("/var/lib/self-test");
        await using var trial = await Trial.StartAsync("/var/lib/self-test", cancellation);
        var checklist = new ChecklistTalk(terminal);
        var machine = new MachineTrial(trial, checklist, cancellation);
        await machine.RunAsync();
        return checklist.Conclude(machine.Clients);
    }
}
