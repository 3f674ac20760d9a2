using System.CommandLine;
using Plomba.CommandLine;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;
using Plomba.Site.Names;
using Plomba.Site.Rendering;

namespace Plomba.Verbs.Host;

/// <summary>What is planned for which machine: <c>ROLE… --root DIR --site FILE --user NAME</c>.</summary>
internal static class HostTarget
{
    private static readonly Argument<string[]> Roles = new("ROLE")
    {
        Description = Text.Say("server, developer, client or node; several where they go together."),
        Arity = ArgumentArity.OneOrMore,
    };

    /// <summary><c>--user NAME</c></summary>
    public static Option<string?> User { get; } = new("--user") { Description = Text.Say("For this user alone, not for the machine."), HelpName = "NAME" };

    private static readonly Site.VersionOptions Versions = new();

    /// <summary>Adds the arguments and options to a verb.</summary>
    public static void AddTo(Command command)
    {
        command.Add(Roles);
        command.Add(HostRoot.Option);
        command.Add(Site.SiteOption.Site);
        command.Add(User);
        Versions.AddTo(command);
    }

    /// <summary>What is asked for.</summary>
    /// <exception cref="Failure">A role or name is none, or there is no valid site.</exception>
    public static HostRequest Request(ParseResult parsed, MachineRoot root)
    {
        // A word that is no role is a mistake of usage also where there is no site.
        var roles = RolesOf(parsed.GetValue(Roles)!);
        var (site, material) = HostSite.Load(parsed, root);
        return new HostRequest(root, site, material, roles, OptionsOf(parsed), TimeProvider.System);
    }

    /// <summary>The difference between the machine and what is asked for.</summary>
    /// <exception cref="Failure">The machine's accounts cannot be read.</exception>
    public static async Task<Plan> PlanAsync(HostRequest request, CancellationToken cancellation) =>
        (await HostPlanner.PlanAsync(request, cancellation)).TryGet(out var plan, out var error) ? plan : throw new Failure(error.Message);

    /// <summary>The roles that words name, each once.</summary>
    /// <exception cref="Failure">A word is none.</exception>
    public static List<RoleName> RolesOf(IEnumerable<string> words) => [.. words.Select(word =>
        RoleNames.Parse(word) ?? throw Failure.Usage(Text.Say($"there is no role {word}"), Text.Say($"There are {string.Join(", ", RoleNames.All.Select(r => r.Word))}."))).Distinct()];

    private static RoleOptions OptionsOf(ParseResult parsed) => new()
    {
        User = UserOf(parsed),
        Versions = Versions.Read(parsed) is var versions && versions == ClientVersions.Unknown ? null : versions,
    };

    /// <summary>The user that <c>--user</c> names; null: none.</summary>
    /// <exception cref="Failure">The name can be nobody's.</exception>
    public static AccountName? UserOf(ParseResult parsed) =>
        parsed.GetValue(User) is not { } name ? null
        : AccountName.TryParse(name, out var account, out var why) ? account
        : throw Failure.Usage(Text.Say($"--user {name}: {why}"));
}
