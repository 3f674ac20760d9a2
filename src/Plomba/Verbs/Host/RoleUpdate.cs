using Plomba.CommandLine;
using Plomba.Hosts.Applying;
using Plomba.Hosts.Joining;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;
using Plomba.Site;

namespace Plomba.Verbs.Host;

/// <summary>
/// What a refreshed trust bundle means for the roles a machine has: they are applied again, without asking. Also where
/// images that lie here would be refused from now on: that is what a revocation is for (docs/decisions/0020).
/// </summary>
internal static class RoleUpdate
{
    /// <summary>Applies the roles that follow the joined site; the exit code.</summary>
    /// <param name="root">The machine.</param>
    /// <param name="before">The joined site as it was before the refresh.</param>
    /// <param name="terminal">Where it is told.</param>
    /// <param name="cancellation">Ends the activations.</param>
    /// <exception cref="Failure">A plan is refused, or could not be made true.</exception>
    public static async Task<int> RunAsync(MachineRoot root, SiteDescription before, Terminal terminal, CancellationToken cancellation)
    {
        // A machine with a site file of its own goes by that.
        if (root.Exists(MachinePath.Parse(SiteFile.DefaultPath)) || !JoinedSite.TryRead(root, out var joined, out _))
            return ExitCode.Done;
        var code = ExitCode.Done;
        var retired = before.Keys.Where(old => !joined.Site.Keys.Any(k => k.Fingerprint == old.Fingerprint)).ToList();
        foreach (var roles in AppliedRoles.Read(root).GroupBy(role => role.User))
        {
            var request = new HostRequest(root, joined.Site, joined, [.. roles.Select(r => r.Name)], new RoleOptions { User = roles.Key, RetiredKeys = retired }, TimeProvider.System);
            if (await ApplyAsync(request, terminal, cancellation) != ExitCode.Done)
                code = ExitCode.Failed;
        }

        return code;
    }

    // The machine's own files first: a home that cannot be changed keeps nothing but itself from the new site.
    private static async Task<int> ApplyAsync(HostRequest request, Terminal terminal, CancellationToken cancellation)
    {
        using var changes = HostSession.Open(request.Root, terminal, out var recovered);
        if (!(await HostPlanner.PlanByHomeAsync(request, cancellation)).TryGet(out var plans, out var error))
            throw new Failure(error.Message);
        var code = await ApplyAsync(request, plans[0], changes, recovered, terminal, cancellation);
        foreach (var home in plans.Skip(1))
        {
            try
            {
                if (await ApplyAsync(request, home, changes, new RecoveryReport(), terminal, cancellation) != ExitCode.Done)
                    code = ExitCode.Failed;
            }
            catch (Failure failure)
            {
                terminal.Error(failure.Message, failure.Hint);
                code = ExitCode.Failed;
            }
        }

        return code;
    }

    private static async Task<int> ApplyAsync(
        HostRequest request, Plan plan, HostChanges changes, RecoveryReport recovered, Terminal terminal, CancellationToken cancellation)
    {
        if (plan.Findings.FirstOrDefault(f => f.Blocks) is { } refusal)
            throw Failure.Refused(refusal.Text, Text.Say("The roles stay as they are; see everything with: plomba host plan ROLE"));
        foreach (var refused in await HostPlanVerb.ReviewAsync(request, plan, cancellation))
            terminal.Error(Text.Say($"refused from now on: {refused.Subject}: {refused.Found}"));
        foreach (var change in plan.Changes)
            terminal.Say(Text.Say($"changing {change.Path}"));
        var result = plan.Changes.Count == 0 ? null : changes.Apply(plan.Changes, plan.Activations, request.Purpose);
        var outcomes = await HostSession.EndAsync(request.Root, changes, result, recovered, terminal, cancellation, plan.Handovers);
        return outcomes.Any(o => o.Failure is not null) ? ExitCode.Failed : ExitCode.Done;
    }
}
