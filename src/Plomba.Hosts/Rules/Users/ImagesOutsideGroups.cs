
namespace Plomba.Hosts.Rules.Users;

/// <summary>P101: images belong to somebody who has no business with them.</summary>
internal sealed class ImagesOutsideGroups : Rule
{
    public override string Id => "P101";

    public override string Title => Text.Say("A user outside the groups has images");

    public override string Why => Text.Say("Only members of the site's groups are looked after: their configuration is closed or theirs by right.");

    public override IEnumerable<Finding> Check(CheckedMachine machine) => machine.Stores
        .Where(s => s.Owner.Kind == UserKind.Other && !s.Store.Images.IsEmpty)
        .GroupBy(s => s.Owner)
        .Select(s => Error(
            s.Key.Name,
            Text.Count(s.Sum(x => x.Store.Images.Length), $"{s.Key.Name} has {s.Sum(x => x.Store.Images.Length)} image and is in no group of the site", $"{s.Key.Name} has {s.Sum(x => x.Store.Images.Length)} images and is in no group of the site"),
            $"plomba host apply client --user {ShellWord.Of(s.Key.Name)}"));
}
