using System.CommandLine;
using System.Text.Json;
using Plomba.CommandLine;
using Plomba.Hosts.Applying;
using Plomba.Hosts.Plans;
using Plomba.Hosts.Rules;

namespace Plomba.Verbs.Host;

/// <summary><c>plomba host apply</c>: makes a plan true, all of it or nothing.</summary>
internal static class HostApplyVerb
{
    private static readonly Option<bool> Yes = new("--yes") { Description = Text.Say("Do not ask.") };

    private static readonly Option<bool> AcceptRefusals = new("--accept-refusals")
    {
        Description = Text.Say("Go on although images that are stored or run here would be refused from then on."),
    };

    private static readonly MakerKeyOptions Keys = new();

    public static Command Create()
    {
        var command = new Command("apply", Text.Say("Put a machine into a role, all of it or nothing; plomba host undo takes it back.")) { Yes, AcceptRefusals };
        Keys.AddTo(command);
        HostTarget.AddTo(command);
        return command.Does(async (parsed, terminal, cancellation) =>
        {
            using var root = HostRoot.Open(parsed);
            var request = HostTarget.Request(parsed, root);
            var key = Keys.Read(parsed, request);
            return await RunAsync(request, terminal, parsed.GetValue(Yes), parsed.GetValue(AcceptRefusals), key, null, cancellation);
        });
    }

    /// <summary>Shows the plan, has it confirmed, and makes it true.</summary>
    /// <param name="request">What the machine shall be.</param>
    /// <param name="terminal">Where it is told.</param>
    /// <param name="yes">It is confirmed already.</param>
    /// <param name="acceptRefusals">Also where images would be refused from then on.</param>
    /// <param name="key">A maker's key to make or bring; null: none.</param>
    /// <param name="members">Writes what else the JSON document says; null: nothing.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="Failure">It was refused, not confirmed, or failed.</exception>
    internal static async Task<int> RunAsync(
        HostRequest request, Terminal terminal, bool yes, bool acceptRefusals, MakerKeyOptions.Request? key, Action<Utf8JsonWriter>? members, CancellationToken cancellation)
    {
        var root = request.Root;
        using var changes = HostSession.Open(root, terminal, out var recovered);
        var plan = await HostTarget.PlanAsync(request, cancellation);
        var refused = await HostPlanVerb.ReviewAsync(request, plan, cancellation);
        if (!terminal.Json)
            PlanReport.Show(terminal, plan, refused);
        Require(terminal, plan, refused, yes, acceptRefusals);
        var result = plan.Changes.Count == 0 ? null : changes.Apply(plan.Changes, plan.Activations, request.Purpose, progress: c => terminal.Say(Text.Say($"changing {c.Path}")));
        var outcomes = await HostSession.EndAsync(root, changes, result, recovered, terminal, cancellation, plan.Handovers);
        if (result?.Number is { } number)
            terminal.Say(Text.Say($"Done: change {number}. plomba host undo {number} takes it back."));
        if (key is not null)
            await key.RunAsync(request, terminal, cancellation);
        if (terminal.Json)
            WriteJson(terminal, members, request, plan, refused, result?.Number, outcomes);
        if (result is not null && !(await HostTarget.PlanAsync(request, cancellation)).IsEmpty)
            throw new Failure(Text.Say("the machine changed while the plan was being applied, and is not as it should be"), Text.Say("Run it again; who changed it, plomba host check may tell."));
        return outcomes.Any(o => o.Failure is not null) ? ExitCode.Failed : ExitCode.Done;
    }

    private static void Require(Terminal terminal, Plan plan, IReadOnlyList<Finding> refused, bool yes, bool acceptRefusals)
    {
        if (plan.IsRefused)
        {
            var first = plan.Findings.First(f => f.Blocks);
            throw Failure.Refused(terminal.Json ? first.Text : Text.Say("this cannot be applied: nothing was changed"), terminal.Json ? first.Hint : null);
        }

        if (refused.Count > 0 && !acceptRefusals)
        {
            throw Failure.Refused(
                Text.Count(refused.Count, $"{refused.Count} image or container of this machine would be refused: nothing was changed", $"{refused.Count} images or containers of this machine would be refused: nothing was changed"),
                Text.Say("Sign what shall stay, or remove it; or go on with --accept-refusals."));
        }

        if (!plan.IsEmpty && !yes && !terminal.Confirm(Text.Say("Apply this plan?")))
            throw Failure.Refused(Text.Say("the plan was not confirmed: nothing was changed"), Text.Say("Without a terminal, confirm it with --yes."));
    }

    private static void WriteJson(Terminal terminal, Action<Utf8JsonWriter>? members, HostRequest request, Plan plan, IReadOnlyList<Finding> refused, int? number, IReadOnlyList<ActivationOutcome> outcomes) =>
        terminal.WriteJson(json =>
        {
            json.WriteStartObject();
            members?.Invoke(json);
            PlanReport.Write(json, request, plan, refused);
            HostSession.Write(json, number, outcomes);
            json.WriteEndObject();
        });
}
