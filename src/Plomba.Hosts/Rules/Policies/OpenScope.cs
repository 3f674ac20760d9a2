using System.Collections.Immutable;
using Plomba.Hosts.Plans;
using Plomba.Trust;
using Plomba.Trust.Policy;

namespace Plomba.Hosts.Rules.Policies;

/// <summary>P104: a scope of registries lets its images in unsigned.</summary>
internal sealed class OpenScope : Rule
{
    public override string Id => "P104";

    public override string Title => Text.Say("A scope of a registry asks for no signature");

    public override string Why => Text.Say("Whoever can put an image there decides what runs here.");

    public override bool IsMendedBy(DesiredEntry entry) => entry.Path.Text.EndsWith("/containers/policy.json", StringComparison.Ordinal);

    public override IEnumerable<Finding> Check(CheckedMachine machine) =>
        from policy in machine.Policies
        from scope in Scopes(policy)
        where PolicyInForce.Accepts(scope.Value) && (!policy.IsMakers || IsOfSite(machine, scope.Key))
        select Error(
            policy.Subject,
            Text.Say($"{policy.Path} lets {QuotedText.Of(scope.Key)} in without a signature"),
            $"plomba policy set {(scope.Key.Length == 0 ? "all" : ShellWord.Of(scope.Key))} --reject --policy {ShellWord.Of(policy.Path)}");

    private static IEnumerable<KeyValuePair<string, ImmutableArray<PolicyRequirement>>> Scopes(PolicyInForce policy) =>
        policy.Policy.Transports.TryGetValue("docker", out var scopes) ? scopes.OrderBy(s => s.Key, StringComparer.Ordinal) : [];

    // A maker may take anything from anywhere but the site's own registry. "registry.local.evil.org" is not that.
    private static bool IsOfSite(CheckedMachine machine, string scope) =>
        machine.Site?.Registry.Name.Text is { } registry
        && (scope == registry || scope.StartsWith(registry + "/", StringComparison.Ordinal));
}
