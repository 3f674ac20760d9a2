namespace Plomba.Hosts.Machines;

/// <summary>Flags as <c>lsattr(1)</c> writes them.</summary>
internal static class FlagText
{
    private static readonly (InodeFlags Flag, char Letter)[] Letters =
    [
        (InodeFlags.SecureDeletion, 's'), (InodeFlags.Undeletable, 'u'), (InodeFlags.Synchronous, 'S'), (InodeFlags.SynchronousDirectory, 'D'),
        (InodeFlags.Immutable, 'i'), (InodeFlags.AppendOnly, 'a'), (InodeFlags.NoDump, 'd'), (InodeFlags.NoAccessTime, 'A'),
        (InodeFlags.Compressed, 'c'), (InodeFlags.NotCompressed, 'm'), (InodeFlags.JournalledData, 'j'), (InodeFlags.NoTailMerging, 't'),
        (InodeFlags.TopOfHierarchy, 'T'), (InodeFlags.NoCopyOnWrite, 'C'), (InodeFlags.ProjectInherited, 'P'),
    ];

    public static string Of(InodeFlags flags) => string.Concat(Letters.Where(l => flags.HasFlag(l.Flag)).Select(l => l.Letter));
}
