using Plomba.Trust;

namespace Plomba.Hosts.Rules.Images;

/// <summary>P205: a node refuses an image that it needs to start at all.</summary>
internal sealed class RefusedPod : Rule
{
    public override string Id => "P205";

    public override string Title => Text.Say("The pause image or a static pod is refused by the policy");

    public override string Why => Text.Say("After the next restart the node starts no pod, or not those that the cluster needs to come up.");

    public override IEnumerable<Finding> Check(CheckedMachine machine) =>
        from use in machine.SystemPolicy.Policy is null ? [] : ImageUses.OfNode(machine).Distinct()
        let why = ImageUses.WhyNot(machine, use.Image)
        where why is not null
        select Error(
            use.Source,
            Text.Say($"{use.Source} starts {QuotedText.Of(use.Image)}: {why}"),
            Text.Say("Put a signed copy of the image into the site's registry and name that one."));
}
