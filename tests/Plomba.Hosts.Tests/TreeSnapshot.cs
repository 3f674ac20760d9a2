using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;

namespace Plomba.Hosts.Tests;

/// <summary>Everything below a root but our own records: content, kind, mode, owner, flags, extended attributes, a line a path.</summary>
internal static class TreeSnapshot
{
    public static SortedDictionary<string, string> Of(MachineRoot root)
    {
        var tree = new StateReader(root).ReadTree(MachinePath.Root).Require();
        var lines = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (path, state) in tree.Where(n => !n.Path.Text.StartsWith("/var", StringComparison.Ordinal) && n.Path.Text != "/etc/.pwd.lock"))
            lines[path.ToString()] = Line(state);
        return lines;
    }

    /// <summary>What a snapshot becomes by a plan, if the plan says what is done.</summary>
    public static SortedDictionary<string, string> After(SortedDictionary<string, string> before, IEnumerable<Change> changes)
    {
        var after = new SortedDictionary<string, string>(before, StringComparer.Ordinal);
        foreach (var change in changes)
        {
            if (change.After is null)
                after.Remove(change.Path.ToString());
            else
                after[change.Path.ToString()] = Line(change.After);
        }

        return after;
    }

    public static string Line(NodeState state) => $"{Content(state)} {FlagText.Of(state.Further.Flags)} {string.Join(' ', state.Further.Extended.Select(e => $"{PrintedText.Print(e.Key)}={Convert.ToHexStringLower(e.Value.Span)}"))}";

    private static string Content(NodeState state) => state switch
    {
        FileState file => $"file {Show(file.Attributes)} {Convert.ToHexStringLower(file.Content.Span)}",
        DirectoryState directory => $"directory {Show(directory.Attributes)}",
        LinkState link => $"link {link.Owner} -> {link.Target}",
        SpecialState special => $"{special.SpecialKind} {Show(special.Attributes)} {special.Device}",
        _ => "",
    };

    private static string Show(NodeAttributes a) => $"{a.Owner} {ModeText.Octal(a.Mode)} {(a.Immutable ? "i" : "-")}";
}
