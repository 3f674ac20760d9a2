using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Plomba.Registry.Api;

/// <summary>
/// The <c>n</c> and <c>last</c> of a listing (OCI distribution spec, "Listing Tags"). Absurd numbers are cut down, never allocated for.
/// </summary>
/// <param name="Limit">Most entries of this page.</param>
/// <param name="Last">The entries after this one; null: from the beginning.</param>
internal readonly record struct Paging(int Limit, string? Last)
{
    /// <summary>Most entries of a page, and how many there are without <c>n</c>.</summary>
    public const int Maximum = 10_000;

    /// <summary>False when <c>n</c> is no number or negative.</summary>
    public static bool TryRead(HttpRequest request, out Paging paging)
    {
        paging = new Paging(Maximum, request.Query["last"] is [{ Length: > 0 } last] ? last : null);
        if (request.Query["n"] is not [var text])
            return request.Query["n"].Count == 0;
        if (string.IsNullOrEmpty(text) || text.AsSpan().ContainsAnyExceptInRange('0', '9'))
            return false;
        var limit = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? Math.Min(n, Maximum) : Maximum;
        paging = paging with { Limit = limit };
        return true;
    }

    /// <summary>Says where the next page is (RFC 5988), relative as the specification shows it.</summary>
    public void LinkNext(HttpResponse response, string path, string last) => response.Headers.Link =
        string.Create(CultureInfo.InvariantCulture, $"<{path}?n={Limit}&last={Uri.EscapeDataString(last)}>; rel=\"next\"");
}
