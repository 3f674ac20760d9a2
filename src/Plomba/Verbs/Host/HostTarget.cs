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
    /// <summary><c>--root DIR</c>; null: this machine.</summary>
    public static Option<string?> RootDirectory { get; } = new("--root") { Description = Text.Say("An offline root file system in place of this machine."), HelpName = "DIR" };

    private static readonly Argument<string[]> Roles = new("ROLE")
    {
        Description = Text.Say("server, developer, client or node; several where they go together."),
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string?> User = new("--user") { Description = Text.Say("For this user alone, not for the machine."), HelpName = "NAME" };

    private static readonly Site.VersionOptions Versions = new();

    /// <summary>Adds the arguments and options to a verb.</summary>
    public static void AddTo(Command command)
    {
        command.Add(Roles);
        command.Add(RootDirectory);
        command.Add(Site.SiteOption.Site);
        command.Add(User);
        Versions.AddTo(command);
    }

    /// <summary>Opens the machine.</summary>
    /// <exception cref="Failure">It cannot be opened, or this process may not change it.</exception>
    public static MachineRoot Open(ParseResult parsed)
    {
        if (parsed.GetValue(RootDirectory) is { Length: 0 })
            throw Failure.Usage(Text.Say("the name of the root directory is empty"), Text.Say("Name the directory of a root file system with --root DIR."));
        if (!MachineRoot.Open(parsed.GetValue(RootDirectory) ?? "/").TryGet(out var root, out var error))
            throw new Failure(error.Message, Text.Say("Name the directory of a root file system with --root DIR."));
        if (!root.IsLive || root.IsPrivileged)
            return root;
        root.Dispose();
        throw new Failure(Text.Say("only root may put this machine into a role"), Text.Say("Run it as root, or name an offline root file system of yours with --root DIR."));
    }

    /// <summary>What is asked for.</summary>
    /// <exception cref="Failure">A role or name is none, or there is no valid site.</exception>
    public static HostRequest Request(ParseResult parsed, MachineRoot root)
    {
        var (site, material) = HostSite.Load(parsed, root);
        return new HostRequest(root, site, material, RolesOf(parsed), OptionsOf(parsed, root), TimeProvider.System);
    }

    /// <summary>The difference between the machine and what is asked for.</summary>
    /// <exception cref="Failure">The machine's accounts cannot be read.</exception>
    public static async Task<Plan> PlanAsync(HostRequest request, CancellationToken cancellation) =>
        (await HostPlanner.PlanAsync(request, cancellation)).TryGet(out var plan, out var error) ? plan : throw new Failure(error.Message);

    private static List<RoleName> RolesOf(ParseResult parsed) => [.. parsed.GetValue(Roles)!.Select(word =>
        RoleNames.Parse(word) ?? throw Failure.Usage(Text.Say($"there is no role {word}"), Text.Say($"There are {string.Join(", ", RoleNames.All.Select(r => r.Word))}."))).Distinct()];

    private static RoleOptions OptionsOf(ParseResult parsed, MachineRoot root) => new()
    {
        User = UserOf(parsed),
        Versions = Versions.Read(parsed) is var versions && versions == ClientVersions.Unknown ? null : versions,
        Program = root.IsLive ? Environment.ProcessPath : null,
    };

    private static AccountName? UserOf(ParseResult parsed) =>
        parsed.GetValue(User) is not { } name ? null
        : AccountName.TryParse(name, out var account, out var why) ? account
        : throw Failure.Usage(Text.Say($"--user {name}: {why}"));
}
