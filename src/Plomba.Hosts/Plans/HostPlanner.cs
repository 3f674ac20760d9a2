using Plomba.Hosts.Accounts;
using Plomba.Hosts.Applying;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Roles;
using Plomba.Site;

namespace Plomba.Hosts.Plans;

/// <summary>What a machine shall be.</summary>
/// <param name="Root">The machine.</param>
/// <param name="Site">Its site, valid.</param>
/// <param name="Material">The files the site names.</param>
/// <param name="Roles">The roles, in the order they were asked for; none twice.</param>
/// <param name="Options">What else the command line says.</param>
/// <param name="Time">The time, for keys that expire.</param>
public sealed record HostRequest(
    MachineRoot Root, SiteDescription Site, ISiteMaterial Material, IReadOnlyList<RoleName> Roles, RoleOptions Options, TimeProvider Time)
{
    /// <summary>The roles as they are noted on the machine.</summary>
    public IEnumerable<AppliedRole> Applied => Roles.Select(r => new AppliedRole(r, r == RoleName.Server ? null : Options.User));

    /// <summary>For people: <c>server, developer alice</c>.</summary>
    public string Purpose => string.Join(", ", Applied);
}

/// <summary>Plans roles. Reads only: the same machine asked again has the same plan.</summary>
public static class HostPlanner
{
    /// <summary>The difference between a machine and its roles.</summary>
    /// <returns>An error where the machine's accounts cannot be read.</returns>
    public static async Task<MachineResult<Plan>> PlanAsync(HostRequest request, CancellationToken cancellation) =>
        (await DescribeAsync(request, cancellation)).TryGet(out var wanted, out var error)
            ? MachineResult<Plan>.Of(wanted.Compare(wanted.Entries, withRoles: true))
            : MachineResult<Plan>.Failed(error);

    /// <summary>The same divided: the machine's own files first, then a plan for every home, which its owner alone can make impossible.</summary>
    /// <returns>At least one plan, or an error where the machine's accounts cannot be read.</returns>
    public static async Task<MachineResult<IReadOnlyList<Plan>>> PlanByHomeAsync(HostRequest request, CancellationToken cancellation) =>
        (await DescribeAsync(request, cancellation)).TryGet(out var wanted, out var error)
            ? MachineResult<IReadOnlyList<Plan>>.Of([.. HomeParts.Of(wanted.Entries, wanted.Accounts).Select((part, i) => wanted.Compare(part, withRoles: i == 0))])
            : MachineResult<IReadOnlyList<Plan>>.Failed(error);

    private static async Task<MachineResult<Wanted>> DescribeAsync(HostRequest request, CancellationToken cancellation)
    {
        var (root, site, _, _, options, time) = request;
        var reading = await AccountFiles.ReadAsync(root, time, options.User is { } user ? [user, .. site.Makers] : site.Makers, cancellation);
        if (!reading.TryGet(out var accounts, out var error))
            return MachineResult<Wanted>.Failed(error);
        // Asked here and not by the roles: on the running machine the programs themselves tell.
        options = options with { Versions = options.Versions ?? await InstalledVersions.FindAsync(root, cancellation) };
        var context = new RoleContext
        {
            Site = site,
            Material = request.Material,
            Root = root,
            Accounts = accounts,
            Time = time,
            Options = options,
            Roles = request.Roles,
            Applied = AppliedRoles.Read(root),
        };
        var states = request.Roles.Select(r => MachineRoles.Of(r).Describe(context)).ToList();
        return MachineResult<Wanted>.Of(new Wanted(
            root, accounts, states, [.. accounts.Entries, .. states.SelectMany(s => s.Entries), AppliedRoles.With(request.Applied)]));
    }

    // What the roles want of the machine.
    private sealed record Wanted(MachineRoot Root, AccountFiles Accounts, IReadOnlyList<RoleState> States, IReadOnlyList<DesiredEntry> Entries)
    {
        // With the roles comes what they say of the machine as a whole.
        public Plan Compare(IReadOnlyList<DesiredEntry> entries, bool withRoles)
        {
            var (found, findings) = Comparison.Run(Root, entries);

            // What apply makes before anything else, for the before-images, is no part of what can be undone.
            var changes = found.Where(c => !(c is { Before: null, After: DirectoryState made } && made.Attributes == NodeAttributes.RootDirectory && HostDirectory.Path.IsIn(c.Path))).ToList();
            return new Plan(
                changes,
                [.. States.SelectMany(s => s.Activations).Distinct().Where(a => a.IsNeeded(changes))],
                [.. (withRoles ? States.SelectMany(s => s.Findings).Concat(Accounts.Findings) : []).Concat(findings).Distinct()])
            {
                Handovers = withRoles ? [.. States.SelectMany(s => s.Handovers)] : [],
            };
        }
    }
}
