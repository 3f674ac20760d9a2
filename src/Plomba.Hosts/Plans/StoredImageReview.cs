using Plomba.Hosts.Accounts;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Rules;

namespace Plomba.Hosts.Plans;

/// <summary>
/// What would stop working: images in the stores of the machine and of its users, containers made from them, the pause
/// image and static pods, judged under the policy that the plan would put in force, with the keys it would put in place.
/// </summary>
public static class StoredImageReview
{
    // Stored images, containers, and what a node starts by itself.
    private static readonly string[] Rules = ["P201", "P204", "P205"];

    /// <summary>Everything that the policy to come refuses, today's refusals included; empty for roles that bring no policy.</summary>
    public static async Task<MachineResult<IReadOnlyList<Finding>>> RunAsync(HostRequest request, Plan plan, CancellationToken cancellation)
    {
        if (!request.Roles.Any(r => r is RoleName.Client or RoleName.Node))
            return MachineResult<IReadOnlyList<Finding>>.Of([]);
        var reading = await AccountFiles.ReadAsync(request.Root, request.Time, request.Site.Makers, cancellation);
        if (!reading.TryGet(out var accounts, out var error))
            return MachineResult<IReadOnlyList<Finding>>.Failed(error);
        var machine = new CheckedMachine(
            request.Root, request.Site, CheckedUsers.Of(accounts, request.Site.Groups), request.Time, new PlannedFiles(new MachineTrustFiles(request.Root), plan));
        return MachineResult<IReadOnlyList<Finding>>.Of([.. RuleSet.Check(machine, [.. RuleSet.All.Where(r => Rules.Contains(r.Id, StringComparer.Ordinal))]).Findings]);
    }
}
