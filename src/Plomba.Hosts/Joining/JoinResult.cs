using Plomba.Trust.Tuf;

namespace Plomba.Hosts.Joining;

/// <summary>What came of joining or refreshing.</summary>
public abstract record JoinResult
{
    private JoinResult()
    {
    }

    /// <summary>Everything is in order, and the machine has the newest bundle.</summary>
    /// <param name="Version">Of the bundle's files.</param>
    /// <param name="Expires">Until when the bundle counts as the newest.</param>
    /// <param name="Changed">Files that are new or different; empty: nothing was new.</param>
    public sealed record Updated(long Version, DateTimeOffset Expires, IReadOnlyList<TargetPath> Changed) : JoinResult;

    /// <summary>Something that was fetched is not to be trusted. What is installed stays.</summary>
    public sealed record Refused(TufRefusal Refusal) : JoinResult;

    /// <summary>The source cannot be asked now. What is installed stays.</summary>
    /// <param name="Why">For people.</param>
    public sealed record Unreachable(string Why) : JoinResult;

    /// <summary>What the machine kept of its site is damaged.</summary>
    /// <param name="Why">For people.</param>
    public sealed record Damaged(string Why) : JoinResult;
}
