using System.Collections.Immutable;

namespace Plomba.Hosts.Machines;

/// <summary>The attributes of <c>chattr(1)</c> that a person sets and that are given back; the kernel's numbers.</summary>
[Flags]
public enum InodeFlags : uint
{
    /// <summary>None of them.</summary>
    None = 0,

    /// <summary><c>s</c></summary>
    SecureDeletion = 0x1,

    /// <summary><c>u</c></summary>
    Undeletable = 0x2,

    /// <summary><c>c</c></summary>
    Compressed = 0x4,

    /// <summary><c>S</c></summary>
    Synchronous = 0x8,

    /// <summary><c>i</c>. Of what is planned, <see cref="NodeAttributes.Immutable"/> says it.</summary>
    Immutable = 0x10,

    /// <summary><c>a</c></summary>
    AppendOnly = 0x20,

    /// <summary><c>d</c></summary>
    NoDump = 0x40,

    /// <summary><c>A</c></summary>
    NoAccessTime = 0x80,

    /// <summary><c>m</c></summary>
    NotCompressed = 0x400,

    /// <summary><c>j</c></summary>
    JournalledData = 0x4000,

    /// <summary><c>t</c></summary>
    NoTailMerging = 0x8000,

    /// <summary><c>D</c></summary>
    SynchronousDirectory = 0x10000,

    /// <summary><c>T</c></summary>
    TopOfHierarchy = 0x20000,

    /// <summary><c>C</c></summary>
    NoCopyOnWrite = 0x800000,

    /// <summary><c>P</c></summary>
    ProjectInherited = 0x20000000,
}

/// <summary>
/// What a file or directory has beside content, owner, mode and the immutable attribute: extended attributes, access
/// control lists among them, and flags. Two are equal when everything is that a person sets. The labels of security
/// modules (<c>security.selinux</c>) and how the file system lays the bytes out are kept and given back, but not
/// compared: there the machine decides, and <c>restorecon</c> is no change of the configuration.
/// </summary>
public sealed class FurtherAttributes : IEquatable<FurtherAttributes>
{
    private const string AccessList = "system.posix_acl_access";
    private const string DefaultAccessList = "system.posix_acl_default";
    private const string Capability = "security.capability";

    internal FurtherAttributes(IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> extended, InodeFlags flags) =>
        (Extended, Flags) = (extended.ToImmutableSortedDictionary(StringComparer.Ordinal), flags & ~InodeFlags.Immutable);

    /// <summary>Neither extended attributes nor flags.</summary>
    public static FurtherAttributes None { get; } = new([], InodeFlags.None);

    /// <summary>Values by name; a name is decoded like that of a file and can hold anything.</summary>
    public ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> Extended { get; }

    /// <summary>The flags, never <see cref="InodeFlags.Immutable"/>.</summary>
    public InodeFlags Flags { get; }

    /// <summary>Whether there is nothing at all.</summary>
    public bool IsEmpty => Extended.IsEmpty && Flags == InodeFlags.None;

    /// <summary>Flags under which nothing can be renamed, replaced or dressed.</summary>
    internal static InodeFlags Locks => InodeFlags.Immutable | InodeFlags.AppendOnly;

    /// <summary>Flags that say how bytes lie on the disk. A new file has those of its directory.</summary>
    internal static InodeFlags Layout =>
        InodeFlags.Compressed | InodeFlags.NotCompressed | InodeFlags.JournalledData | InodeFlags.NoCopyOnWrite | InodeFlags.ProjectInherited;

    /// <summary>All flags that are read.</summary>
    internal static InodeFlags Known { get; } = Enum.GetValues<InodeFlags>().Aggregate((all, one) => all | one);

    /// <summary>The same without what gives rights that owner and mode do not show, and without append-only: as a file of ours shall be.</summary>
    internal FurtherAttributes WithoutRights => new(Extended.Where(e => e.Key is not (AccessList or DefaultAccessList)), Flags & ~InodeFlags.AppendOnly);

    /// <summary>The labels alone: what new content at an old name inherits.</summary>
    internal FurtherAttributes Labels => new(Extended.Where(e => IsLabel(e.Key)), InodeFlags.None);

    /// <summary>The same without append-only, which comes off before anything moves and goes on last.</summary>
    internal FurtherAttributes Unlocked => new(Extended, Flags & ~Locks);

    /// <inheritdoc/>
    public bool Equals(FurtherAttributes? other) =>
        other is not null && (Flags & ~Layout) == (other.Flags & ~Layout)
        && Compared.Count() == other.Compared.Count()
        && Compared.Zip(other.Compared).All(p => p.First.Key == p.Second.Key && p.First.Value.Span.SequenceEqual(p.Second.Value.Span));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FurtherAttributes);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Flags & ~Layout, Compared.Count());

    /// <summary>Whether an attribute is kept. Not so: what the kernel computes of the others, or lists a second time.</summary>
    internal static bool IsKept(string name) =>
        name is AccessList or DefaultAccessList
        || name.StartsWith("user.", StringComparison.Ordinal)
        || (name.StartsWith("trusted.", StringComparison.Ordinal) && !name.StartsWith("trusted.SGI_ACL_", StringComparison.Ordinal))
        || (name.StartsWith("security.", StringComparison.Ordinal) && name != "security.evm");

    /// <summary>Whether a security module of the machine sets the attribute.</summary>
    internal static bool IsLabel(string name) => name.StartsWith("security.", StringComparison.Ordinal) && name != Capability;

    private IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> Compared => Extended.Where(e => !IsLabel(e.Key));
}
