using System.Net.Http.Headers;

namespace Plomba.Transfer.Registries;

/// <summary>The Content-Type a server sends with a manifest.</summary>
internal static class ContentType
{
    /// <summary>The media type alone, in lower case, without parameters; null when there is none or it cannot be read.</summary>
    public static string? Simplify(string? header) =>
        MediaTypeHeaderValue.TryParse(header, out var parsed) ? parsed.MediaType?.ToLowerInvariant() : null;
}
