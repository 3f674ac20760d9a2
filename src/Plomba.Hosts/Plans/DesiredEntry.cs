using Plomba.Hosts.Machines;

namespace Plomba.Hosts.Plans;

/// <summary>
/// What shall stand at a path. Directories on the way that are missing are created root:root 0755, in a home directory
/// as its owner's; name them as entries of their own where they shall be different.
/// </summary>
/// <param name="Path">Where.</param>
/// <param name="Why">For people: what it is for, half a sentence.</param>
public abstract record DesiredEntry(MachinePath Path, string Why);

/// <summary>A regular file, whole. Whatever else has its name goes (a directory with all that is in it).</summary>
/// <param name="Path">Where.</param>
/// <param name="Content">All of it; at most <see cref="FileState.MaximumSize"/> bytes.</param>
/// <param name="Attributes">Owner, mode, immutable attribute.</param>
/// <param name="Why">For people.</param>
public sealed record DesiredFile(MachinePath Path, ReadOnlyMemory<byte> Content, NodeAttributes Attributes, string Why) : DesiredEntry(Path, Why)
{
    /// <summary>
    /// True for files that belong to the administrator once they exist (a configuration to start from): a regular file
    /// that is there keeps its content, only its owner and mode are seen to.
    /// </summary>
    public bool KeepsContent { get; init; }

    /// <summary>Whether others write the file too and only lines of it change: see <see cref="Change.IsShared"/>.</summary>
    internal bool IsShared { get; init; }
}

/// <summary>A directory.</summary>
/// <param name="Path">Where.</param>
/// <param name="Attributes">Owner, mode, immutable attribute.</param>
/// <param name="Why">For people.</param>
public sealed record DesiredDirectory(MachinePath Path, NodeAttributes Attributes, string Why) : DesiredEntry(Path, Why)
{
    /// <summary>Whether nothing may be in it: what is goes, and undo gives it back.</summary>
    public bool IsEmpty { get; init; }
}

/// <summary>A symbolic link, such as the one that enables a unit.</summary>
/// <param name="Path">Where.</param>
/// <param name="Target">What it says.</param>
/// <param name="Owner">Whose it is.</param>
/// <param name="Why">For people.</param>
public sealed record DesiredLink(MachinePath Path, string Target, Owner Owner, string Why) : DesiredEntry(Path, Why);

/// <summary>Nothing: what stands there goes, a directory with all that is in it.</summary>
/// <param name="Path">Where.</param>
/// <param name="Why">For people.</param>
public sealed record DesiredAbsence(MachinePath Path, string Why) : DesiredEntry(Path, Why);

/// <summary>Owner and mode of a file or directory of somebody else's (of a package); nothing happens where it is missing.</summary>
/// <param name="Path">Where.</param>
/// <param name="Attributes">Owner, mode, immutable attribute.</param>
/// <param name="Why">For people.</param>
public sealed record DesiredAttributes(MachinePath Path, NodeAttributes Attributes, string Why) : DesiredEntry(Path, Why);

/// <summary>
/// Lines in a file that is not ours alone. Several of these may name one path: each edits what the one before it left.
/// Owner and mode of an existing file stay as they are.
/// </summary>
/// <param name="Path">Where.</param>
/// <param name="IfMissing">Owner and mode where the file does not exist yet.</param>
/// <param name="Why">For people.</param>
public abstract record DesiredLines(MachinePath Path, NodeAttributes IfMissing, string Why) : DesiredEntry(Path, Why)
{
    /// <summary>
    /// The file's new lines; the same lines when they are as they should be. Texts are Latin-1 for their bytes, so
    /// that bytes in any encoding come back unchanged; lines have no line end.
    /// </summary>
    /// <param name="lines">The lines there are; empty where there is no file.</param>
    public abstract IReadOnlyList<string> Edit(IReadOnlyList<string> lines);
}
