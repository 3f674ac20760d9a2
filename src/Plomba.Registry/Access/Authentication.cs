using Microsoft.AspNetCore.Http;
using Plomba.Registry.Api;

namespace Plomba.Registry.Access;

/// <summary>Who a request comes from, or why that is not believed.</summary>
internal readonly record struct Authentication(Caller? Caller, ApiError? Error)
{
    private static readonly Authentication Nobody = new(Caller.Anonymous, null);

    /// <summary>
    /// Reads the Authorization header. None, or a Basic one with neither user nor password (what clients send to a challenge without a login),
    /// is anonymous; what is wrong is refused and never taken for anonymous.
    /// </summary>
    public static ValueTask<Authentication> OfAsync(HttpContext http, SiteView site, Accounts accounts, BearerTokens tokens)
    {
        if (!site.HasAccounts || http.Request.Headers.Authorization.Count == 0)
            return ValueTask.FromResult(Nobody);
        if (http.Request.Headers.Authorization is not [{ } header])
            return Refuse(ApiError.BadRequest.Because("more than one Authorization header"));
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return BearerAsync(site, accounts, tokens, header[7..].Trim());
        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)
            || !BasicCredentials.TryParse(header.AsSpan(6), out var credentials))
            return Refuse(ApiError.WrongPassword);
        return PasswordAsync(http, site, accounts, credentials);
    }

    /// <summary>Checks a user and password wherever they came from.</summary>
    public static async ValueTask<Authentication> PasswordAsync(
        HttpContext http, SiteView site, Accounts accounts, BasicCredentials credentials)
    {
        if (credentials.IsEmpty)
            return Nobody;
        if (site.PasswordsFile is not { } file)
            return Nobody;
        if (!http.Request.IsHttps && !site.PlainHttpPasswords && !Call.IsLocal(http))
            return new Authentication(null, ApiError.PasswordInClear);
        return await accounts.CheckAsync(file, credentials, Call.NetworkOf(http), http.RequestAborted) switch
        {
            PasswordVerdict.Accepted => new Authentication(new Caller(credentials.User, null), null),
            PasswordVerdict.Busy => new Authentication(null, ApiError.TooManyLogins),
            _ => new Authentication(null, ApiError.WrongPassword),
        };
    }

    private static async ValueTask<Authentication> BearerAsync(SiteView site, Accounts accounts, BearerTokens tokens, string token) =>
        await tokens.CheckAsync(site.Service, token) is { } caller && IsStillThere(site, accounts, caller)
            ? new Authentication(caller, null)
            : new Authentication(null, ApiError.TokenInvalid);

    // An account that was taken out of the file is out at once, whatever its tokens say.
    private static bool IsStillThere(SiteView site, Accounts accounts, Caller caller) =>
        caller.Account.Length == 0 || (site.PasswordsFile is { } file && accounts.Knows(file, caller.Account));

    private static ValueTask<Authentication> Refuse(ApiError error) => ValueTask.FromResult(new Authentication(null, error));
}
