using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;

namespace Plomba.Hosts.Rules.Files;

/// <summary>P301: what decides about images can be changed by others than root, or not be read by those it is for.</summary>
internal sealed class TrustFileRights : Rule
{
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
    private const int MostFiles = 10_000;

    // What everybody's podman reads. The last two are root's affair: nobody else needs to read them.
    private static readonly string[] Public = ["/etc/containers"];
    private static readonly string[] Private = ["/etc/crio", "/etc/plomba"];

    public override string Id => "P301";

    public override string Title => Text.Say("Files that decide about images have wrong rights");

    public override string Why => Text.Say("Who can write policies or keys decides what is let in; where they cannot be read every pull fails.");

    public override bool IsMendedBy(DesiredEntry entry) => entry is DesiredFile or DesiredDirectory or DesiredAttributes;

    public override IEnumerable<Finding> Check(CheckedMachine machine)
    {
        var keys = machine.Site is { } site ? [site.KeysDirectory.Text] : Array.Empty<string>();
        foreach (var (path, isPublic) in Public.Concat(keys).Select(p => (p, true)).Concat(Private.Select(p => (p, false))))
        {
            var left = MostFiles;
            foreach (var finding in Tree(machine, path, isPublic, () => left-- > 0))
                yield return finding;
        }
    }

    private IEnumerable<Finding> Tree(CheckedMachine machine, string path, bool isPublic, Func<bool> more)
    {
        if (!more() || machine.Status(path) is not { } status)
            yield break;
        var (owner, mode, _) = status.Attributes;
        if (owner.User != 0 && machine.Root.IsPrivileged)
            yield return Error(path, Text.Say($"{path} belongs to the user with the number {owner.User}"), $"chown root:root {ShellWord.Of(path)}");
        else if (status.Kind != NodeKind.SymbolicLink && (mode & OthersWrite) != UnixFileMode.None)
            yield return Error(path, Text.Say($"{path} can be written by others than root"), $"chmod go-w {ShellWord.Of(path)}");
        else if (isPublic && status.Kind != NodeKind.SymbolicLink && !mode.HasFlag(UnixFileMode.OtherRead) && !IsSecret(path))
            yield return Error(path, Text.Say($"{path} cannot be read by ordinary users"), $"chmod o+rX {ShellWord.Of(path)}");
        if (status.Kind != NodeKind.Directory)
            yield break;
        foreach (var name in machine.Files.List(path).Names)
        {
            foreach (var finding in Tree(machine, $"{path}/{name}", isPublic, more))
                yield return finding;
        }
    }

    // A client certificate's key is its user's alone, wherever it lies; the networks are those of root's podman, which closes them.
    private static bool IsSecret(string path) => path == "/etc/containers/networks" || path.EndsWith(".key", StringComparison.Ordinal) || path.EndsWith("/auth.json", StringComparison.Ordinal);
}
