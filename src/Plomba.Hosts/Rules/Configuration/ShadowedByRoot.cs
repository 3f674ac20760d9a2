using Plomba.Hosts.Plans;

namespace Plomba.Hosts.Rules.Configuration;

/// <summary>P118: root has a configuration of its own, which hides the system's from every daemon.</summary>
internal sealed class ShadowedByRoot : Rule
{
    private static readonly string[] Names = ["policy.json", "registries.d", "registries.conf", "registries.conf.d", "storage.conf"];

    public override string Id => "P118";

    public override string Title => Text.Say("root's own configuration hides the system's");

    public override string Why => Text.Say("podman as root, and CRI-O where it is not told otherwise, read it and never look into /etc.");

    public override bool IsMendedBy(DesiredEntry entry) => entry is DesiredAbsence && entry.Path.Text.Contains("/.config/containers/", StringComparison.Ordinal);

    public override IEnumerable<Finding> Check(CheckedMachine machine) =>
        from root in machine.Users
        where root.Kind == UserKind.Root
        from name in Names
        let path = root.Environment.UserFile(name)
        where machine.Files.Exists(path) && IsNoEmptyDirectory(machine, path)
        select Error(path, Text.Say($"{path} is read in place of the system's"), $"rm -r {ShellWord.Of(path)}");

    private static bool IsNoEmptyDirectory(CheckedMachine machine, string path) =>
        machine.Status(path) is not { Kind: Machines.NodeKind.Directory } || !machine.Files.List(path).Names.IsEmpty;
}
