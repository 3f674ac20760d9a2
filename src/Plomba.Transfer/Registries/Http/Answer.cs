using System.Net;
using System.Net.Http.Headers;

namespace Plomba.Transfer.Registries.Http;

/// <summary>A request that can be made again: everything it consists of.</summary>
/// <param name="Uri">Absolute, http or https.</param>
internal sealed record Call(Uri Uri)
{
    /// <summary>The method; GET when nothing else is said.</summary>
    public HttpMethod Method { get; init; } = HttpMethod.Get;

    /// <summary>Media types for <c>Accept</c>.</summary>
    public IReadOnlyList<string> Accept { get; init; } = [];

    /// <summary>Sent to the host of <see cref="Uri"/> only, never after a redirect to another one.</summary>
    public AuthenticationHeaderValue? Authorization { get; init; }

    /// <summary>Ask for the bytes from here on; null for all.</summary>
    public long? From { get; init; }

    /// <summary>Form fields of a POST; null for none.</summary>
    public IReadOnlyDictionary<string, string>? Form { get; init; }

    /// <summary>The bytes of a PUT or POST, with their media type; null for none.</summary>
    public (ReadOnlyMemory<byte> Bytes, string MediaType)? Content { get; init; }

    /// <summary>A conditional header (<c>If-Match</c>, <c>If-None-Match</c>); null: none.</summary>
    public (string Name, string Value)? Condition { get; init; }

    /// <summary>Whether it is only tried: another call follows when it fails, so it is not made again.</summary>
    public bool IsProbe { get; init; }

    /// <summary>Whether a host that somebody else named is contacted (a token server): the address rule applies.</summary>
    public bool IsForeign { get; init; }
}

/// <summary>A whole answer of limited size.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="StatusText">The status as sent: <c>500 Internal Server Error</c>.</param>
/// <param name="ContentType">As sent, with parameters; null when absent.</param>
/// <param name="Body">The body; of an answer other than 200 at most its first MiB.</param>
/// <param name="Headers">All headers as sent.</param>
internal sealed record Answer(HttpStatusCode Status, string StatusText, string? ContentType, byte[] Body, ILookup<string, string> Headers)
{
    /// <summary>Whether the status is 200.</summary>
    public bool IsOk => Status == HttpStatusCode.OK;

    /// <summary>The challenges of a 401.</summary>
    public IReadOnlyList<Challenge> Challenges => [.. Headers["WWW-Authenticate"].Select(Challenge.Parse)];
}
