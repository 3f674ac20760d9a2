namespace Plomba.Serving;

/// <summary>What the command line of <c>serve</c> says; what it leaves out comes from the site, then from the defaults.</summary>
internal sealed record ServeRequest
{
    /// <summary>As given; empty: not given.</summary>
    public required IReadOnlyList<string> Listen { get; init; }

    /// <summary>As given; empty: not given.</summary>
    public required IReadOnlyList<string> SignaturesListen { get; init; }

    /// <summary>The data directory; null: not given.</summary>
    public string? Data { get; init; }

    /// <summary>The site's file; null: not given.</summary>
    public string? Site { get; init; }

    /// <summary>Answer other machines without accounts.</summary>
    public bool Open { get; init; }

    /// <summary>The certificate's file; null: not given.</summary>
    public string? Certificate { get; init; }

    /// <summary>The key's file; null: not given.</summary>
    public string? Key { get; init; }

    /// <summary>Log as JSON.</summary>
    public bool JsonLog { get; init; }

    /// <summary>Log everything.</summary>
    public bool Debug { get; init; }

    /// <summary>Log warnings and errors alone.</summary>
    public bool Quiet { get; init; }
}
