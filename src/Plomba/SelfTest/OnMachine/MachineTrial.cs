using System.Text.Json;
using Plomba.CommandLine;
using Plomba.Files;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Nodes;

namespace Plomba.SelfTest.OnMachine;

/// <summary>The working day's lines 7 to 9 on a <see cref="PrivateMachine"/>: it joins as a client and as a node, and its user tries to loosen the policy.</summary>
internal sealed class MachineTrial(Trial trial, ChecklistTalk checklist, CancellationToken cancellation)
{
    private const string Kernel = "kernel", Check = "host check", Roles = "host apply";

    private static readonly string OpenPolicy = "/var/open/policy.json";

    private readonly List<string> clients = ["plomba"];

    /// <summary>Who took part.</summary>
    public IReadOnlyList<string> Clients => clients;

    /// <summary>Runs all of it.</summary>
    public async Task RunAsync()
    {
        var visitor = await JoinAsync();
        await PullsAsync(visitor);
        await NodeAsync();
        await LooseningAsync(visitor);
    }

    // Line 7: one command makes the machine a client, and a second one finds nothing left to do.
    private async Task<Visitor> JoinAsync()
    {
        await trial.MustAsync("host", "apply", "client", "--user", Visitor.Name, "--site", trial.Site, "--yes");
        await NothingToChangeAsync(7, Text.Say("a machine becomes a client, and applying it again changes nothing"), "client", "--user", Visitor.Name);
        return await Visitor.FindAsync(cancellation);
    }

    private async Task PullsAsync(Visitor visitor)
    {
        var asked = new List<ITrialClient> { new PlombaOfMachine() };
        if (ChildProcess.IsInstalled("podman"))
        {
            asked.Add(new PodmanOfMachine(null));
            if (ChildProcess.IsInstalled("newuidmap"))
                asked.Add(new PodmanOfMachine(visitor));
            clients.Add("podman");
        }

        // Lines 4 to 6 again, by the machine's own configuration.
        using var run = new TrialRun(trial, asked, line => { if (line.Line > 3) checklist.Report(line with { Line = 7 }); }, cancellation);
        await run.RunAsync();
    }

    private async Task NodeAsync()
    {
        await trial.MustAsync("host", "apply", "node", "--site", trial.Site, "--yes");
        await NothingToChangeAsync(8, Text.Say("a machine becomes a node, and applying it again changes nothing"), "node");
        using var root = MachineRoot.Open("/").TryGet(out var opened, out var error) ? opened : throw new Failure(error.Message);
        var crio = CrioConfiguration.Read(new MachineTrustFiles(root));
        Note(8, Text.Say("CRI-O's configuration names its policy"), Roles, crio.SignaturePolicy.Value.Length > 0 && crio.Mistakes.IsEmpty, string.Join('\n', crio.Mistakes));
        if (!ChildProcess.IsInstalled("skopeo"))
            return;
        clients.Add("skopeo");
        await PushSignedAsync("alt/safe");
        var node = new CrioStandIn(crio.SignaturePolicy.Value, trial.Directory);
        await DecideAsync(node, Text.Say("the signed image is accepted"), $"{trial.Registry}/alt/safe:latest", accepted: true);
        await DecideAsync(node, Text.Say("an unsigned image is refused"), $"{trial.Registry}/alt/unsigned:latest", accepted: false);
        await DecideAsync(node, Text.Say("an image of any other registry is refused"), $"{trial.OtherRegistry}/alt/safe:latest", accepted: false);
    }

    private async Task PushSignedAsync(string repository)
    {
        var image = new TrialImage(repository);
        await image.PushAsync(trial.Address, repository, cancellation);
        var signature = await image.SignAsync(await trial.SignerAsync(Trial.Accepted), $"{trial.Registry}/{repository}:latest", cancellation);
        await image.OfferAsync(trial.Address, repository, signature, cancellation);
    }

    private async Task DecideAsync(CrioStandIn node, string what, string image, bool accepted)
    {
        var answer = await node.DecideAsync(image, "", "", cancellation);
        var holds = answer.Accepted == accepted && (accepted || answer.Text.Contains("Source image rejected", StringComparison.Ordinal));
        Note(8, what, node.Name, holds, answer.Text.Trim());
    }

    // Line 9. What the kernel prevents, and what only the host check finds.
    private async Task LooseningAsync(Visitor visitor)
    {
        DurableFile.CreateDirectory("/var/open");
        DurableFile.CreateDirectory("/var/empty");
        DurableFile.Write(OpenPolicy, """{"default":[{"type":"insecureAcceptAnything"}]}"""u8);
        DurableFile.Write($"{OpenPolicy}.profile", "export CONTAINERS_POLICY_JSON=/var/open/policy.json\n"u8);
        DurableFile.Write($"{OpenPolicy}.build", "FROM scratch\nLABEL built=here\n"u8);
        var attempts = new Attempts(visitor, Path.GetDirectoryName(trial.PublicKey)!, $"{trial.Registry}/alt/unsigned", OpenPolicy);
        foreach (var (what, command) in attempts.Prevented)
            Note(9, Text.Say($"prevented: to {what}"), Kernel, (await visitor.RunAsync(command, cancellation)).ExitCode != 0, Text.Say("it worked"));
        await NothingToChangeAsync(9, Text.Say("after all of this the machine is as it was"), "client", "--user", Visitor.Name);

        var (before, found) = await CheckAsync();
        Note(9, Text.Say("on the machine as it is the host check finds nothing"), Check, before == ExitCode.Done, found);
        var podman = ChildProcess.IsInstalled("podman") && ChildProcess.IsInstalled("skopeo") && ChildProcess.IsInstalled("newuidmap");
        foreach (var attempt in podman ? attempts.OfFiles.Concat(attempts.OfPodman) : attempts.OfFiles)
            await DetectAsync(visitor, attempt);
    }

    // Refused by the tool itself is as good as found.
    private async Task DetectAsync(Visitor visitor, Attempt attempt)
    {
        ChildResult? refused = null;
        foreach (var command in attempt.Commands)
        {
            if (await visitor.RunAsync(command, cancellation) is { ExitCode: not 0 } failed)
            {
                refused = failed;
                break;
            }
        }

        if (refused is not null)
        {
            var byPolicy = refused.Errors.Contains("is rejected by policy", StringComparison.Ordinal) || refused.Errors.Contains("Source image rejected", StringComparison.Ordinal);
            Note(9, Text.Say($"prevented: to {attempt.What}"), "podman", byPolicy, refused.Errors.Trim());
        }
        else
        {
            var (code, found) = await CheckAsync();
            Note(9, Text.Say($"detected: to {attempt.What}"), Check, code == ExitCode.Refused && attempt.Rules.Any(rule => found.Contains(rule, StringComparison.Ordinal)), found.Length > 0 ? found : Text.Say("nothing was found"));
        }

        foreach (var command in attempt.Undo)
            await visitor.RunAsync(command, cancellation);
    }

    // Its exit code, and what it found: a rule and a text a line.
    private async Task<(int Code, string Found)> CheckAsync()
    {
        var result = await Trial.PlombaAsync(["host", "check", "--site", trial.Site, "--output", "json"], cancellation);
        if (result.ExitCode is not (ExitCode.Done or ExitCode.Refused))
            return (result.ExitCode, result.Errors.Trim());
        using var report = JsonDocument.Parse(result.Output);
        var findings = report.RootElement.GetProperty("findings").EnumerateArray().Select(f => $"{f.GetProperty("rule")} {f.GetProperty("found")}");
        return (result.ExitCode, string.Join('\n', findings));
    }

    private async Task NothingToChangeAsync(int line, string what, params string[] role)
    {
        var plan = await Trial.PlombaAsync(["host", "plan", .. role, "--site", trial.Site], cancellation);
        Note(line, what, Roles, plan.ExitCode == ExitCode.Done, plan.Text + plan.Errors);
    }

    private void Note(int line, string what, string client, bool holds, string otherwise) =>
        checklist.Report(new ChecklistLine(line, what, client, holds, holds ? null : otherwise.Trim()));
}
