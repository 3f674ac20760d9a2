using System.Collections.Immutable;
using Plomba.Hosts.Accounts;
using Plomba.Hosts.Applying;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Nodes;
using Plomba.Hosts.Plans;
using Plomba.Hosts.Roles;
using Plomba.Site;
using Plomba.Site.Rendering;

namespace Plomba.Hosts.Rules.Mending;

/// <summary>
/// Mends what a check found, by the same plans and transactions as <c>host apply</c>: of what the machine's roles want,
/// that which the broken rules are about and nothing else. <c>host undo</c> takes it back.
/// </summary>
/// <param name="root">The machine.</param>
/// <param name="site">Its site.</param>
/// <param name="material">The files the site names.</param>
/// <param name="time">For new accounts and transactions.</param>
public sealed class Mender(MachineRoot root, SiteDescription site, ISiteMaterial material, TimeProvider time)
{
    /// <summary>Mends what can be mended; does nothing where no finding can be.</summary>
    /// <exception cref="MachineException">The machine cannot be changed at all.</exception>
    public async Task<MendResult> MendAsync(CheckReport report, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(report);
        var rules = report.Rules.Where(r => report.Findings.Any(f => f.Rule == r.Id)).ToList();
        if (rules.Count == 0)
            return MendResult.Nothing;
        if (!(await AccountFiles.ReadAsync(root, time, [], cancellation)).TryGet(out var accounts, out var error))
            return MendResult.Failed(error.Message);
        var (entries, activations) = Wanted(accounts, await InstalledVersions.FindAsync(root, cancellation));
        if (!HostChanges.Open(root, time).TryGet(out var host, out error))
            return MendResult.Failed(error.Message);
        using (host)
        {
            var recovered = host.Recover();
            var mended = new MendResult([], [.. recovered.Kept.Select(p => Text.Say($"{p} was not given back: somebody has changed it since"))], []);
            var purpose = $"check --fix {string.Join(',', rules.Select(r => r.Id))}";
            foreach (var part in HomeParts.Of([.. entries.Where(e => rules.Any(r => r.IsMendedBy(e)))], accounts))
            {
                mended = mended.And(await MendAsync(host, part, activations, purpose, recovered, cancellation));
                recovered = new RecoveryReport();
            }

            return mended;
        }
    }

    private async Task<MendResult> MendAsync(
        HostChanges host, IReadOnlyList<DesiredEntry> entries, List<Activation> activations, string purpose, RecoveryReport recovered, CancellationToken cancellation)
    {
        var (changes, problems) = Comparison.Run(root, entries);
        if (problems.FirstOrDefault(p => p.Blocks) is { } problem)
            return MendResult.Failed(problem.Text);
        var result = changes.Count == 0 ? null : host.Apply(changes, activations, purpose);
        if (result?.Failure is { } failure)
            return MendResult.Failed(failure);

        // What an earlier change asked for and did not get (a unit that would not start) is tried again too.
        var outcomes = await host.ActivateAsync(result, recovered, cancellation);
        return new MendResult(
            [.. changes],
            [.. outcomes.Where(o => o.Failure is not null).Select(o => Text.Say($"{o.Activation.Command} failed: {o.Failure}"))],
            result?.Number is { } number ? [number] : []);
    }

    private (List<DesiredEntry> Entries, List<Activation> Activations) Wanted(AccountFiles accounts, ClientVersions versions)
    {
        // A machine that nobody gave a role is taken for a client, and for a node where CRI-O is.
        var roles = AppliedRoles.Read(root) is { Count: > 0 } applied ? applied
            : CrioConfiguration.Read(new MachineTrustFiles(root)).IsPresent ? [new(RoleName.Client, null), new(RoleName.Node, null)]
            : [new(RoleName.Client, null)];
        var entries = new List<DesiredEntry>();
        var activations = new List<Activation>();
        foreach (var role in roles)
        {
            // What keeps a role from being given to a machine does not keep the machine from being mended.
            var state = MachineRoles.Of(role.Name).Describe(new RoleContext
            {
                Site = site,
                Material = material,
                Root = root,
                Accounts = accounts,
                Time = time,
                Options = new RoleOptions { User = role.User, Versions = versions },
                Roles = [.. roles.Select(r => r.Name).Distinct()],
                Applied = roles,
            });
            entries.AddRange(state.Entries);
            activations.AddRange(state.Activations);
        }

        return (entries, [.. activations.Distinct()]);
    }
}

/// <summary>What was mended.</summary>
/// <param name="Changes">What was changed; empty: nothing.</param>
/// <param name="Problems">What did not work, for people.</param>
/// <param name="Numbers">For <c>host undo</c>, in the order they were made.</param>
public sealed record MendResult(ImmutableArray<Change> Changes, ImmutableArray<string> Problems, ImmutableArray<int> Numbers)
{
    internal static MendResult Nothing { get; } = new([], [], []);

    internal static MendResult Failed(string problem) => new([], [problem], []);

    internal MendResult And(MendResult other) => new([.. Changes, .. other.Changes], [.. Problems, .. other.Problems], [.. Numbers, .. other.Numbers]);
}
