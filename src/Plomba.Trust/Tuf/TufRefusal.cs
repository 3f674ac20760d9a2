namespace Plomba.Trust.Tuf;

/// <summary>What kind of attack or accident a refused metadata file would be.</summary>
public enum TufRefusalKind
{
    /// <summary>It is not metadata as the specification has it.</summary>
    Malformed,

    /// <summary>Not the root that was pinned.</summary>
    WrongRoot,

    /// <summary>Too few keys that count signed it.</summary>
    NotSigned,

    /// <summary>It is older than what was trusted before.</summary>
    Rollback,

    /// <summary>Its time is over: somebody may be withholding what is newer.</summary>
    Expired,

    /// <summary>It does not belong to the other metadata.</summary>
    Mismatch,

    /// <summary>It is longer than it may be.</summary>
    TooLong,

    /// <summary>It is not there, although the metadata says so.</summary>
    Missing,
}

/// <summary>Why a file of a repository is refused.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="File">Which file: <c>timestamp.json</c>, <c>3.root.json</c>, the path of a target.</param>
/// <param name="Detail">The particulars, for people, in their language.</param>
public sealed record TufRefusal(TufRefusalKind Kind, string File, string Detail);
