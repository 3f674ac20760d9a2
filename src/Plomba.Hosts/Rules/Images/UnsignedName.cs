using Plomba.Trust;

namespace Plomba.Hosts.Rules.Images;

/// <summary>P202: an accepted image goes by a further name that it was not signed for.</summary>
internal sealed class UnsignedName : Rule
{
    public override string Id => "P202";

    public override string Title => Text.Say("A stored image has a name that it was not signed for");

    public override string Why => Text.Say("Its content is signed, but who runs that name does not get what the name's maker signed.");

    public override IEnumerable<Finding> Check(CheckedMachine machine) =>
        from image in machine.Images
        where image.Judged.IsAccepted && !image.Judged.Image.Names.IsEmpty
        from name in image.Judged.Refused
        select Warning(
            image.Owner.Name,
            Text.Say($"{QuotedText.Of(name.Name!)} in {image.Judged.Store.GraphRoot} is {QuotedText.Of(image.Judged.Names.First(n => n.Verdict.Refusal is null).Name!)}: {name.Verdict.Refusal!.Message}"),
            ImageUses.AsOwner(image.Owner, $"podman untag {image.Judged.Image.Id[..12]} {ShellWord.Of(name.Name!)}"));
}
