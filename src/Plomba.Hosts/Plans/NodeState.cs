using Plomba.Hosts.Machines;

namespace Plomba.Hosts.Plans;

/// <summary>Everything about one path that a plan compares, changes, keeps and gives back. Null stands for nothing there.</summary>
public abstract record NodeState
{
    private protected NodeState()
    {
    }

    /// <summary>What it is.</summary>
    public abstract NodeKind Kind { get; }

    /// <summary>Extended attributes, access control lists among them, and flags.</summary>
    public FurtherAttributes Further { get; init; } = FurtherAttributes.None;

    /// <summary>The flags under which it cannot be changed.</summary>
    internal InodeFlags Locks => (Further.Flags & FurtherAttributes.Locks) | (Rights is { Immutable: true } ? InodeFlags.Immutable : InodeFlags.None);

    /// <summary>Owner, mode and immutable attribute of what has a mode of its own; null: of a link.</summary>
    internal NodeAttributes? Rights => this switch
    {
        FileState file => file.Attributes,
        DirectoryState directory => directory.Attributes,
        SpecialState special => special.Attributes,
        _ => null,
    };

    /// <summary>The same but for the flags that lock, which come off before anything moves and go on last.</summary>
    internal NodeState Unlocked => this switch
    {
        FileState file => file with { Attributes = file.Attributes with { Immutable = false }, Further = Further.Unlocked },
        DirectoryState directory => new DirectoryState(directory.Attributes with { Immutable = false }) { Further = Further.Unlocked },
        _ => this,
    };
}

/// <summary>A regular file.</summary>
/// <param name="Content">All of it.</param>
/// <param name="Attributes">Owner, mode, immutable attribute.</param>
public sealed record FileState(ReadOnlyMemory<byte> Content, NodeAttributes Attributes) : NodeState
{
    /// <summary>Largest file that a plan takes, in bytes.</summary>
    public const int MaximumSize = 16 * 1024 * 1024;

    /// <inheritdoc/>
    public override NodeKind Kind => NodeKind.File;

    /// <summary>Whether not everybody may read it: then its content is not shown either.</summary>
    public bool IsPrivate => !Attributes.Mode.HasFlag(UnixFileMode.OtherRead);

    /// <inheritdoc/>
    public bool Equals(FileState? other) => other is not null && base.Equals(other) && Attributes == other.Attributes && Content.Span.SequenceEqual(other.Content.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Content.Length, Attributes);
}

/// <summary>A directory; what is in it are paths of their own.</summary>
/// <param name="Attributes">Owner, mode, immutable attribute.</param>
public sealed record DirectoryState(NodeAttributes Attributes) : NodeState
{
    /// <inheritdoc/>
    public override NodeKind Kind => NodeKind.Directory;
}

/// <summary>A symbolic link.</summary>
/// <param name="Target">What it says.</param>
/// <param name="Owner">Whose it is.</param>
public sealed record LinkState(string Target, Owner Owner) : NodeState
{
    /// <inheritdoc/>
    public override NodeKind Kind => NodeKind.SymbolicLink;
}

/// <summary>A FIFO, socket or device, found where none is wanted.</summary>
/// <param name="SpecialKind">Which of them.</param>
/// <param name="Attributes">Owner and mode.</param>
/// <param name="Device">The number of a device; else 0.</param>
public sealed record SpecialState(NodeKind SpecialKind, NodeAttributes Attributes, ulong Device) : NodeState
{
    /// <inheritdoc/>
    public override NodeKind Kind => SpecialKind;
}
