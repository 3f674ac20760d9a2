using Plomba.Hosts.Plans;
using Plomba.Trust.Policy.Explaining;

namespace Plomba.Hosts.Rules.Policies;

/// <summary>P103: no scope of a policy holds a namespace of the site to signatures.</summary>
internal sealed class UncoveredNamespace : Rule
{
    public override string Id => "P103";

    public override string Title => Text.Say("A namespace of the site is held to no signature");

    public override string Why => Text.Say("Its images are decided about by a scope that was not meant for them: let in unsigned, or refused though signed.");

    public override bool IsMendedBy(DesiredEntry entry) => entry.Path.Text.EndsWith("/containers/policy.json", StringComparison.Ordinal);

    public override IEnumerable<Finding> Check(CheckedMachine machine) =>
        from site in machine.Site is { } s ? [s] : Array.Empty<Site.SiteDescription>()
        from policy in machine.Policies
        from @namespace in site.Namespaces
        let choice = policy.ChoiceFor(site, @namespace)
        where choice.Scope != site.ScopeOf(@namespace) && PolicyExplanation.OutlookOf(choice.Requirements) != PolicyOutlook.Signatures
        select Error(
            policy.Subject,
            Text.Say($"{policy.Path} has no scope for {site.ScopeOf(@namespace)}"),
            policy.IsMakers ? $"plomba host apply developer --user {ShellWord.Of(policy.User!.Name)}" : "plomba host apply client");
}
