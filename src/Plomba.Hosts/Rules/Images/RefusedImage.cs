using Plomba.Trust;

namespace Plomba.Hosts.Rules.Images;

/// <summary>P201: an image in a store that could not be pulled under the policy.</summary>
internal sealed class RefusedImage : Rule
{
    public override string Id => "P201";

    public override string Title => Text.Say("A stored image is refused by the policy");

    public override string Why => Text.Say("It came past the policy (loaded from an archive, built here, pulled under another policy), and can be run.");

    public override IEnumerable<Finding> Check(CheckedMachine machine) => machine.Images
        .Where(i => i.Judged is { IsAccepted: false, Damage: null } && !ImageUses.IsUsed(machine, i))
        .Select(i => Error(
            i.Owner.Name,
            Text.Say($"{QuotedText.Of(i.Judged.Title)} in {i.Judged.Store.GraphRoot}: {i.Judged.Reason}"),
            ImageUses.AsOwner(i.Owner, $"podman rmi {i.Judged.Image.Id[..12]}")));
}
