using Plomba.Hosts.Nodes;
using Plomba.Images.Transports;
using Plomba.Images;
using Plomba.Trust.Policy;
using Plomba.Trust.Policy.Explaining;

namespace Plomba.Hosts.Rules.Images;

/// <summary>What on the machine was started, or will be, from a stored image.</summary>
internal static class ImageUses
{
    /// <summary>The containers of each image that the policy refuses.</summary>
    public static IEnumerable<(StoredImageOf Image, string Container)> RefusedContainers(CheckedMachine machine) =>
        from image in machine.Images
        where !image.Judged.IsAccepted
        from container in image.Judged.Store.Containers
        where container.Image == image.Judged.Image.Id
        select (image, container.Names is [var name, ..] ? name : container.Id[..12]);

    /// <summary>The images that a node starts by itself: the one that holds a pod's namespaces, and those of static pods.</summary>
    public static IEnumerable<(string Source, string Image)> OfNode(CheckedMachine machine)
    {
        if (machine.Crio.PauseImage is { Value.Length: > 0 } pause)
            yield return (pause.File, pause.Value);
        foreach (var (file, image) in StaticPods.Images(machine.Files))
            yield return (file, image);
    }

    /// <summary>Why the node will not start an image; null when it will, or when only its signatures can tell and it is not stored.</summary>
    public static string? WhyNot(CheckedMachine machine, string name)
    {
        if (!ImageReference.TryParse(name, out var reference, out var error))
            return error.Message;
        var wanted = reference.WithDefaultTag().Text;
        var stored = machine.Images.FirstOrDefault(i => i.Owner.Kind == UserKind.Root && i.Judged.Image.Names.Contains(wanted, StringComparer.Ordinal));
        if (stored is not null)
            return stored.Judged.IsAccepted ? null : stored.Judged.Reason;
        var choice = PolicyChoice.For(machine.SystemPolicy.Policy!, new DockerImage(reference.WithDefaultTag(), false));
        return PolicyExplanation.OutlookOf(choice.Requirements) == PolicyOutlook.Refused ? $"Running image docker://{reference.WithDefaultTag().Familiar} is rejected by policy." : null;
    }

    /// <summary>Whether P204 or P205 tells of an image, so that P201 need not.</summary>
    public static bool IsUsed(CheckedMachine machine, StoredImageOf image) =>
        RefusedContainers(machine).Any(u => ReferenceEquals(u.Image, image))
        || (image.Owner.Kind == UserKind.Root && OfNode(machine).Any(u => ImageReference.TryParse(u.Image, out var r) && image.Judged.Image.Names.Contains(r.WithDefaultTag().Text, StringComparer.Ordinal)));

    /// <summary>The command that removes something from a store as its owner.</summary>
    public static string AsOwner(CheckedUser owner, string command) =>
        owner.Kind == UserKind.Root ? command : $"runuser --login {ShellWord.Of(owner.Name)} --command {ShellWord.Of(command)}";
}
