namespace Plomba.Transfer.Registries;

/// <summary>Where a list goes on (OCI distribution spec: <c>Link</c>, RFC 5988).</summary>
internal static class LinkHeader
{
    /// <summary>The next page's path: only path and query count, the registry stays the same. Null: this was the last.</summary>
    /// <param name="link">The header; null when absent.</param>
    /// <param name="what">What is listed, for the message.</param>
    /// <exception cref="TransferException">It leads out of the registry's API.</exception>
    public static string? Next(string? link, string what)
    {
        if (link is null || link.IndexOf('<', StringComparison.Ordinal) is not (>= 0 and var start) || link.IndexOf('>', start) is not (> 0 and var end))
            return null;
        var target = link[(start + 1)..end];
        var path = Uri.TryCreate(target, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri!.PathAndQuery : target;
        return path.StartsWith("/v2/", StringComparison.Ordinal)
            ? path
            : throw new TransferException(TransferTrouble.Protocol, Text.Say($"the next page of {what} is said to be outside the registry"));
    }
}
