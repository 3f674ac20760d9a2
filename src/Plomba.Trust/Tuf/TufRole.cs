namespace Plomba.Trust.Tuf;

/// <summary>The four top-level roles of TUF metadata (specification 1.0, §2.1).</summary>
public enum TufRole
{
    /// <summary>Says which keys count for every role.</summary>
    Root,

    /// <summary>Says which files there are, with length and hashes.</summary>
    Targets,

    /// <summary>Says which version of the targets belongs to this state of the repository.</summary>
    Snapshot,

    /// <summary>Says which snapshot is the newest.</summary>
    Timestamp,
}

/// <summary>Names and limits of the roles.</summary>
public static class TufRoles
{
    /// <summary>All of them, in the order they are verified in.</summary>
    public static IReadOnlyList<TufRole> All { get; } = [TufRole.Root, TufRole.Timestamp, TufRole.Snapshot, TufRole.Targets];

    /// <summary>The role as metadata and file names spell it.</summary>
    public static string Name(this TufRole role) => role switch
    {
        TufRole.Root => "root",
        TufRole.Targets => "targets",
        TufRole.Snapshot => "snapshot",
        _ => "timestamp",
    };

    /// <summary>Most bytes of such a file when nothing that is trusted says how long it is (§5.3.3, 5.4.1, 5.5.1, 5.6.1).</summary>
    public static int MaximumLength(this TufRole role) => role switch
    {
        TufRole.Root => 512_000,
        TufRole.Targets => 4_000_000,
        TufRole.Snapshot => 1_000_000,
        _ => 16_384,
    };
}
