using Plomba.Hosts.Plans;

namespace Plomba.Hosts.Rules.Policies;

/// <summary>P102: what no scope is about is let in, for somebody who is no maker.</summary>
internal sealed class AcceptingDefault : Rule
{
    public override string Id => "P102";

    public override string Title => Text.Say("The default policy does not refuse");

    public override string Why => Text.Say("Images of every other registry are let in without any signature.");

    public override bool IsMendedBy(DesiredEntry entry) => entry.Path.Text.EndsWith("/containers/policy.json", StringComparison.Ordinal);

    public override IEnumerable<Finding> Check(CheckedMachine machine) => machine.Policies
        .Where(p => !p.IsMakers && PolicyInForce.Accepts(p.Policy.Default))
        .Select(p => Error(p.Subject, Text.Say($"the default of {p.Path} accepts everything"), $"plomba policy set default --reject --policy {ShellWord.Of(p.Path)}"));
}
