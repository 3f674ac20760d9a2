using Plomba.Hosts.Plans;
using Plomba.Trust;

namespace Plomba.Hosts.Rules.Policies;

/// <summary>P105: images are let in by another way than from a registry.</summary>
internal sealed class OpenTransport : Rule
{
    public override string Id => "P105";

    public override string Title => Text.Say("Another transport than docker is open");

    public override string Why => Text.Say("Archives, directories and other daemons carry no signature that anybody asks for.");

    public override bool IsMendedBy(DesiredEntry entry) => entry.Path.Text.EndsWith("/containers/policy.json", StringComparison.Ordinal);

    public override IEnumerable<Finding> Check(CheckedMachine machine) =>
        from policy in machine.Policies
        where !policy.IsMakers
        from transport in policy.Policy.Transports.OrderBy(t => t.Key, StringComparer.Ordinal)
        where transport.Key != "docker"
        from scope in transport.Value.OrderBy(s => s.Key, StringComparer.Ordinal)
        where PolicyInForce.Accepts(scope.Value)
        select Error(
            policy.Subject,
            Text.Say($"{policy.Path} lets {QuotedText.Of($"{transport.Key}:{scope.Key}")} in"),
            $"plomba policy set {(scope.Key.Length == 0 ? "all" : ShellWord.Of(scope.Key))} --transport {ShellWord.Of(transport.Key)} --reject --policy {ShellWord.Of(policy.Path)}");
}
