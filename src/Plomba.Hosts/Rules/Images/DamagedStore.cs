using Plomba.Trust;

namespace Plomba.Hosts.Rules.Images;

/// <summary>P203: a store, or an image in it, is not what it says it is.</summary>
internal sealed class DamagedStore : Rule
{
    public override string Id => "P203";

    public override string Title => Text.Say("A store cannot be read or contradicts itself");

    public override string Why => Text.Say("What is in it cannot be verified, and podman may run it all the same.");

    public override IEnumerable<Finding> Check(CheckedMachine machine)
    {
        foreach (var store in machine.Stores.Where(s => s.Store.Damage is not null))
            yield return Error(store.Owner.Name, store.Store.Damage!, Text.Say($"Look at {store.Store.GraphRoot} and whose it is; podman system check (from podman 5) mends what a crash left."));
        foreach (var image in machine.Images.Where(i => i.Judged.Damage is not null))
        {
            yield return Error(
                image.Owner.Name,
                Text.Say($"{QuotedText.Of(image.Judged.Title)} in {image.Judged.Store.GraphRoot}: {image.Judged.Damage}"),
                ImageUses.AsOwner(image.Owner, $"podman rmi --force {image.Judged.Image.Id[..12]}"));
        }
    }
}
