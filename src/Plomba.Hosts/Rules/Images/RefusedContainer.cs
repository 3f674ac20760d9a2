using Plomba.Trust;

namespace Plomba.Hosts.Rules.Images;

/// <summary>P204: a container was made from an image that the policy refuses.</summary>
internal sealed class RefusedContainer : Rule
{
    public override string Id => "P204";

    public override string Title => Text.Say("A container comes from an image that the policy refuses");

    public override string Why => Text.Say("It runs, or starts when its owner says so: policies are asked at a pull, never at a start.");

    public override IEnumerable<Finding> Check(CheckedMachine machine) => ImageUses.RefusedContainers(machine)
        .Where(u => u.Image.Judged.Damage is null)
        .Select(u => Error(
            u.Image.Owner.Name,
            Text.Say($"the container {QuotedText.Of(u.Container)} comes from {QuotedText.Of(u.Image.Judged.Title)}: {u.Image.Judged.Reason}"),
            ImageUses.AsOwner(u.Image.Owner, $"podman rmi --force {u.Image.Judged.Image.Id[..12]}")));
}
