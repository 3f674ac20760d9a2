using System.CommandLine;
using System.Text.Json;
using Plomba.CommandLine;
using Plomba.Hosts.Joining;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;
using Plomba.Site;

namespace Plomba.Verbs.Host;

/// <summary>
/// What a machine that has just joined becomes: <c>--role ROLE --user NAME</c>, else the roles it has, else a client. The
/// plan is shown; with <c>--yes</c> it is applied.
/// </summary>
internal sealed class JoinedRoles
{
    private readonly Option<string[]> _roles = new("--role")
    {
        Description = Text.Say("What the machine shall be in the site: its plan is shown, and applied with --yes. Without it the roles it has, else client, are planned."),
        HelpName = "ROLE",
    };

    private readonly Option<bool> _yes = new("--yes") { Description = Text.Say("Apply the plan of --role without asking.") };

    private readonly Option<bool> _acceptRefusals = new("--accept-refusals")
    {
        Description = Text.Say("Go on although images that are stored or run here would be refused from then on."),
    };

    /// <summary>Adds the options to the verb.</summary>
    public void AddTo(Command command)
    {
        command.Add(_roles);
        command.Add(HostTarget.User);
        command.Add(_yes);
        command.Add(_acceptRefusals);
    }

    /// <summary>Whether a role is named.</summary>
    public bool IsNamed(ParseResult parsed) => parsed.GetValue(_roles) is { Length: > 0 };

    /// <summary>Looks at the options before anything is fetched.</summary>
    /// <exception cref="Failure">They make no sense.</exception>
    public void Require(ParseResult parsed)
    {
        var named = Named(parsed);
        _ = HostTarget.UserOf(parsed);
        if (named.Count == 0 && (parsed.GetValue(_yes) || parsed.GetValue(HostTarget.User) is not null || parsed.GetValue(_acceptRefusals)))
            throw Failure.Usage(Text.Say("nothing says what shall be applied"), Text.Say("Name the role: --role client, server, developer or node."));
    }

    /// <summary>Shows the plans, and applies what was named; the exit code.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="root">The machine, which has joined.</param>
    /// <param name="terminal">Where it is told.</param>
    /// <param name="members">Writes what the JSON document says of the joining.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="Failure">A plan cannot be made, or what was to be applied was refused or failed.</exception>
    public async Task<int> ShowAsync(ParseResult parsed, MachineRoot root, Terminal terminal, Action<Utf8JsonWriter> members, CancellationToken cancellation)
    {
        var isOwn = root.Exists(MachinePath.Parse(SiteFile.DefaultPath));
        if (isOwn)
            terminal.Say(Text.Say($"This machine goes by its own {SiteFile.DefaultPath}; the joined site counts when that file is gone."));
        var requests = isOwn ? [] : Requests(parsed, root);
        if (parsed.GetValue(_yes) && requests is [var only])
            return await HostApplyVerb.RunAsync(only, terminal, yes: true, parsed.GetValue(_acceptRefusals), null, members, cancellation);
        var plans = new List<(HostRequest Request, Plan Plan, IReadOnlyList<Hosts.Rules.Finding> Refused)>();
        foreach (var request in requests)
        {
            var plan = await HostTarget.PlanAsync(request, cancellation);
            plans.Add((request, plan, await HostPlanVerb.ReviewAsync(request, plan, cancellation)));
        }

        if (terminal.Json)
        {
            WriteJson(terminal, members, plans);
            return ExitCode.Done;
        }

        foreach (var (request, plan, refused) in plans)
        {
            terminal.Say(Text.Say($"As {request.Purpose} in this site:"));
            PlanReport.Show(terminal, plan, refused);
            if (!plan.IsEmpty && !plan.IsRefused)
                terminal.Say(Text.Say($"Nothing of it is done yet. To do it: {ApplyCommand(request)}"));
        }

        return ExitCode.Done;
    }

    private static string ApplyCommand(HostRequest request)
    {
        var command = $"plomba host apply {string.Join(' ', request.Roles.Select(r => r.Word))}";
        command += request.Options.User is { } user ? $" --user {user}" : "";
        return request.Root.IsLive ? command : $"{command} --root {request.Root.Directory}";
    }

    private static void WriteJson(Terminal terminal, Action<Utf8JsonWriter> members, IEnumerable<(HostRequest Request, Plan Plan, IReadOnlyList<Hosts.Rules.Finding> Refused)> plans) =>
        terminal.WriteJson(json =>
        {
            json.WriteStartObject();
            members(json);
            json.WriteStartArray("plans");
            foreach (var (request, plan, refused) in plans)
            {
                json.WriteStartObject();
                PlanReport.Write(json, request, plan, refused);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });

    private List<RoleName> Named(ParseResult parsed) => HostTarget.RolesOf(parsed.GetValue(_roles) ?? []);

    // Roles that belong to different users are planned one after the other, as they were given.
    private List<HostRequest> Requests(ParseResult parsed, MachineRoot root)
    {
        if (!JoinedSite.TryRead(root, out var joined, out var why))
            throw new Failure(why ?? Text.Say("the machine has not joined a site"));
        var named = Named(parsed);
        var applied = AppliedRoles.Read(root);
        return named.Count > 0 ? [Of(named, HostTarget.UserOf(parsed))]
            : applied.Count > 0 ? [.. applied.GroupBy(r => r.User).Select(g => Of([.. g.Select(r => r.Name)], g.Key))]
            : [Of([RoleName.Client], null)];

        HostRequest Of(List<RoleName> roles, Plomba.Site.Names.AccountName? user) =>
            new(root, joined.Site, joined, roles, new RoleOptions { User = user }, TimeProvider.System);
    }
}
