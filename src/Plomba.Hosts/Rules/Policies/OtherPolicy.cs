using System.Collections.Immutable;
using Plomba.Hosts.Plans;
using Plomba.Site;
using Plomba.Site.Rendering;
using Plomba.Trust.Policy;
using Plomba.Trust.Policy.Explaining;

namespace Plomba.Hosts.Rules.Policies;

/// <summary>P112: a policy asks for signatures, but not for those that the site asks for.</summary>
internal sealed class OtherPolicy : Rule
{
    // The oldest that is written for, which need a keyring in place of several key files.
    private static readonly ClientVersions Oldest = new(new ReleaseVersion(4, 1), new ReleaseVersion(1, 24));

    public override string Id => "P112";

    public override string Title => Text.Say("A policy asks for other signatures than the site");

    public override string Why => Text.Say("Images signed by another key are let in, or those that the site accepts are refused.");

    public override bool IsMendedBy(DesiredEntry entry) => entry.Path.Text.EndsWith("/containers/policy.json", StringComparison.Ordinal);

    public override IEnumerable<Finding> Check(CheckedMachine machine) =>
        from site in machine.Site is { } s ? [s] : Array.Empty<SiteDescription>()
        from policy in machine.Policies
        from @namespace in site.Namespaces
        let choice = policy.ChoiceFor(site, @namespace)
        where PolicyExplanation.OutlookOf(choice.Requirements) != PolicyOutlook.Accepted && choice.Scope == site.ScopeOf(@namespace)
        where !Renderings(site).Any(wanted => Same(wanted, site.ScopeOf(@namespace), choice.Requirements))
        select Error(
            policy.Subject,
            Text.Say($"{policy.Path} asks for other signatures in {site.ScopeOf(@namespace)} than {site.File}"),
            policy.IsMakers ? $"plomba host apply developer --user {ShellWord.Of(policy.User!.Name)}" : "plomba host apply client");

    private static IEnumerable<SignaturePolicy> Renderings(SiteDescription site) =>
        [SitePolicy.ForClient(site, ClientVersions.Unknown), SitePolicy.ForClient(site, Oldest)];

    private static bool Same(SignaturePolicy wanted, string scope, ImmutableArray<PolicyRequirement> found) =>
        PolicyWriter.Write(Alone(wanted.Transports["docker"][scope])).AsSpan().SequenceEqual(PolicyWriter.Write(Alone(found)));

    private static SignaturePolicy Alone(ImmutableArray<PolicyRequirement> requirements) => SignaturePolicy.Of(requirements);
}
