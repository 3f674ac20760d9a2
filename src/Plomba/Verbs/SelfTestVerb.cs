using System.CommandLine;
using Plomba.CommandLine;
using Plomba.Files;
using Plomba.SelfTest;

namespace Plomba.Verbs;

/// <summary><c>plomba self-test</c>: every acceptance and refusal of the working day on throwaway data, in seconds, without root.</summary>
internal static class SelfTestVerb
{
    private static readonly string[] Foreign = ["podman", "skopeo"];

    private static readonly Option<bool> Keep = new("--keep") { Description = Text.Say("Leave the directory with keys, site and data.") };

    private static readonly Option<string?> With = new("--with")
    {
        Description = Text.Say("Which clients take part beside plomba itself (default: those installed)."),
        HelpName = "podman,skopeo|none",
    };

    public static Command Create() => new Command("self-test", Text.Say("Prove on throwaway data that signed images are accepted and all others refused."))
    {
        Keep, With,
    }.Does(async (parsed, terminal, cancellation) =>
    {
        var wanted = Wanted(parsed.GetValue(With));
        using var directory = new TemporaryDirectory(parsed.GetValue(CommonOptions.TemporaryDirectory), keep: parsed.GetValue(Keep));
        await using var trial = await Trial.StartAsync(directory.Path, cancellation);
        var clients = await ClientsAsync(wanted, directory.Path, terminal, cancellation);
        var checklist = new ChecklistTalk(terminal);
        using var run = new TrialRun(trial, clients, checklist.Report, cancellation);
        await run.RunAsync();
        if (parsed.GetValue(Keep))
            terminal.Say(Text.Say($"Left in {directory.Path}"));
        return checklist.Conclude(clients.Select(c => c.Name));
    });

    private static string[] Wanted(string? with)
    {
        if (with is null)
            return [.. Foreign.Where(ChildProcess.IsInstalled)];
        if (with == "none")
            return [];
        var names = with.Split(',');
        if (names.Except(Foreign, StringComparer.Ordinal).FirstOrDefault() is { } unknown)
            throw Failure.Usage(Text.Say($"--with knows no client '{unknown}'"), Text.Say("It takes podman, skopeo, podman,skopeo or none."));
        return names.FirstOrDefault(name => !ChildProcess.IsInstalled(name)) is { } missing
            ? throw new Failure(Text.Say($"{missing} is not installed"), Text.Say("Install it, or leave it out of --with."))
            : names;
    }

    private static async Task<IReadOnlyList<ITrialClient>> ClientsAsync(
        string[] wanted, string directory, Terminal terminal, CancellationToken cancellation)
    {
        var clients = new List<ITrialClient> { new PlombaClient() };
        if (wanted.Contains("skopeo", StringComparer.Ordinal))
            clients.Add(new SkopeoClient(directory));
        if (!wanted.Contains("podman", StringComparer.Ordinal))
            return clients;
        var podman = new PodmanClient(directory);
        if (await podman.ProblemAsync(cancellation) is { } problem)
            terminal.Say(Text.Say($"podman is installed but does not run here, so it is left out: {problem}"));
        else
            clients.Add(podman);
        return clients;
    }
}
