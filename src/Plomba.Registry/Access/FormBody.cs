using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Plomba.Registry.Api;

namespace Plomba.Registry.Access;

/// <summary>
/// A form in a request's body (WHATWG URL, application/x-www-form-urlencoded), always UTF-8. The framework's own reader also takes multipart
/// and foreign charsets and throws at what it does not like in them; nobody needs either here.
/// </summary>
internal static class FormBody
{
    /// <summary>The only media type taken.</summary>
    public const string MediaType = "application/x-www-form-urlencoded";

    private const int Maximum = 64 * 1024;

    /// <summary>The fields, names in any case. Null: the body is no such form, or too long.</summary>
    public static async ValueTask<IReadOnlyDictionary<string, StringValues>?> ReadAsync(HttpContext http)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type)
            || !type.MediaType.Equals(MediaType, StringComparison.OrdinalIgnoreCase)
            || await RequestBody.ReadAsync(http, Maximum) is not { } body)
            return null;
        return QueryHelpers.ParseQuery(Encoding.UTF8.GetString(body.Span));
    }
}
