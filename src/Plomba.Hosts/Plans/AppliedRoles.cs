using Plomba.Hosts.Accounts;
using Plomba.Hosts.Machines;
using Plomba.Site.Names;

namespace Plomba.Hosts.Plans;

/// <summary>
/// The roles that a machine has been given: <c>/etc/plomba/roles</c>, one a line, <c>client</c> or <c>developer alice</c>.
/// Part of every plan, so that undo takes a role back as well.
/// </summary>
public static class AppliedRoles
{
    private const int MaximumSize = 64 * 1024;

    /// <summary>Where they stand.</summary>
    public static MachinePath Path { get; } = MachinePath.Parse("/etc/plomba/roles");

    /// <summary>The roles of a machine; lines that are none are passed over. None where there is no such file.</summary>
    public static IReadOnlyList<AppliedRole> Read(MachineRoot root) =>
        root.Read(Path, MaximumSize).TryGet(out var content, out _)
            ? [.. LineFile.Split(content.Span).Select(Parse).OfType<AppliedRole>().Distinct()]
            : [];

    /// <summary>That these roles stand there too.</summary>
    internal static DesiredLines With(IEnumerable<AppliedRole> roles) => new RoleLines([.. roles.Select(r => r.ToString())]);

    private static AppliedRole? Parse(string line)
    {
        var words = line.Split(' ');
        if (words.Length > 2 || RoleNames.Parse(words[0]) is not { } role)
            return null;
        if (words.Length == 1)
            return new AppliedRole(role, null);
        return AccountName.TryParse(words[1], out var user, out _) ? new AppliedRole(role, user) : null;
    }

    private sealed record RoleLines(IReadOnlyList<string> Wanted)
        : DesiredLines(AppliedRoles.Path, NodeAttributes.RootFile, Language.Text.Say("the roles of this machine"))
    {
        public override IReadOnlyList<string> Edit(IReadOnlyList<string> lines) => [.. lines, .. Wanted.Except(lines, StringComparer.Ordinal)];
    }
}
