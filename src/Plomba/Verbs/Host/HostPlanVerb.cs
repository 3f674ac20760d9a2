using System.CommandLine;
using Plomba.CommandLine;
using Plomba.Hosts.Applying;
using Plomba.Hosts.Plans;
using Plomba.Hosts.Rules;

namespace Plomba.Verbs.Host;

/// <summary><c>plomba host plan</c>: what would change. Changes nothing.</summary>
internal static class HostPlanVerb
{
    public static Command Create()
    {
        var command = new Command("plan", Text.Say("Show exactly what a role would change on a machine; exit 3 when there is something."));
        HostTarget.AddTo(command);
        return command.Does(async (parsed, terminal, cancellation) =>
        {
            using var root = HostRoot.Open(parsed);
            var request = HostTarget.Request(parsed, root);
            if (HostChanges.IsUnfinished(root))
                throw new Failure(Text.Say("a change of this machine was cut off before it was complete"), Text.Say("plomba host apply and plomba host undo roll it back before they begin."));
            var plan = await HostTarget.PlanAsync(request, cancellation);
            var refused = await ReviewAsync(request, plan, cancellation);
            if (terminal.Json)
            {
                terminal.WriteJson(json =>
                {
                    json.WriteStartObject();
                    PlanReport.Write(json, request, plan, refused);
                    json.WriteEndObject();
                });
            }
            else
            {
                PlanReport.Show(terminal, plan, refused);
            }

            return plan.IsEmpty && !plan.IsRefused ? ExitCode.Done : ExitCode.Refused;
        });
    }

    /// <summary>What the policy of the plan would refuse; nothing where nothing changes.</summary>
    /// <exception cref="Failure">The machine's accounts cannot be read.</exception>
    internal static async Task<IReadOnlyList<Finding>> ReviewAsync(HostRequest request, Plan plan, CancellationToken cancellation) =>
        plan.IsEmpty ? []
        : (await StoredImageReview.RunAsync(request, plan, cancellation)).TryGet(out var refused, out var error) ? refused
        : throw new Failure(error.Message);
}
