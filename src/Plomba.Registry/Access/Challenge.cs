using Microsoft.AspNetCore.Http;
using Plomba.Images;
using Plomba.Registry.Api;

namespace Plomba.Registry.Access;

/// <summary>The WWW-Authenticate of a 401: where tokens are had, and for what one is needed.</summary>
internal static class Challenge
{
    /// <summary>Writes the header. The realm comes from the site's names and never from the request.</summary>
    /// <param name="http">The refused request.</param>
    /// <param name="site">The site as it is for this request.</param>
    /// <param name="error">Why it is refused.</param>
    /// <param name="repository">What was wanted; null: nothing in particular.</param>
    /// <param name="needed">What right it takes.</param>
    public static void Write(HttpContext http, SiteView site, ApiError error, RepositoryName? repository, Rights needed)
    {
        var challenge = $"Bearer realm=\"{site.BaseUrl}{Router.TokenPath}\",service=\"{site.Service}\"";
        if (repository is { } name && needed != Rights.None)
        {
            // Who pushes also looks what is there: clients ask for both at once.
            var actions = needed == Rights.Push ? Rights.Pull | Rights.Push : needed;
            challenge += $",scope=\"repository:{name}:{string.Join(',', actions.Actions())}\"";
        }

        if (ReferenceEquals(error, ApiError.TokenInvalid))
            challenge += ",error=\"invalid_token\"";
        else if (error.Code == ApiError.Denied.Code)
            challenge += ",error=\"insufficient_scope\"";
        http.Response.Headers.WWWAuthenticate = challenge;
    }
}
