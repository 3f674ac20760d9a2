using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Plomba.Registry.Api;

namespace Plomba.Registry.Access;

/// <summary>
/// The built-in token service, in the two forms clients speak: GET with Basic (the distribution project's token specification) and POST of a
/// form with <c>grant_type=password</c> (its OAuth2 form). What is granted is what was asked for and the account has.
/// </summary>
internal static class TokenEndpoint
{
    /// <summary>GET: user and password in the Authorization header, or nobody.</summary>
    public static async ValueTask<ApiError?> GetAsync(HttpContext http, SiteView site, Accounts accounts, BearerTokens tokens)
    {
        var who = await Authentication.OfAsync(http, site, accounts, tokens);
        if (who.Error is { } error)
            return error;
        // A token buys no other token: who has only one is anonymous here.
        var account = who.Caller is { Grants: null } caller ? caller.Account : "";
        await IssueAsync(http, site, tokens, account, http.Request.Query["scope"]);
        return null;
    }

    /// <summary>POST: user and password in the form.</summary>
    public static async ValueTask<ApiError?> PostAsync(HttpContext http, SiteView site, Accounts accounts, BearerTokens tokens)
    {
        if (await FormBody.ReadAsync(http) is not { } form)
            return ApiError.BadRequest.Because($"a token request is a form ({FormBody.MediaType}) of at most 64 KiB");
        if (form.GetValueOrDefault("grant_type") != "password")
            return ApiError.BadRequest.Because("grant_type must be password");
        if (!BasicCredentials.TryCreate(form.GetValueOrDefault("username").ToString(), form.GetValueOrDefault("password").ToString(), out var credentials))
            return ApiError.WrongPassword;
        var who = await Authentication.PasswordAsync(http, site, accounts, credentials);
        if (who.Error is { } error)
            return error;
        await IssueAsync(http, site, tokens, who.Caller!.Account, form.GetValueOrDefault("scope"));
        return null;
    }

    private static async Task IssueAsync(HttpContext http, SiteView site, BearerTokens tokens, string account, StringValues scopes)
    {
        var grants = TokenScope.Parse(scopes)
            .Select(asked => asked.Repository is { } repository
                ? asked with { Rights = asked.Rights & site.RightsOf(account, repository) }
                : asked)
            .Where(granted => granted.Rights != Rights.None);
        var body = Write(tokens.Issue(site.Service, account, grants));
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = body.Length;
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.BodyWriter.WriteAsync(body, http.RequestAborted);
    }

    private static ReadOnlyMemory<byte> Write(IssuedToken token) => JsonBody.Write(json =>
    {
        json.WriteStartObject();
        // The two specifications call it by two names, and clients look for either.
        json.WriteString("token", token.Text);
        json.WriteString("access_token", token.Text);
        json.WriteNumber("expires_in", (int)token.Lifetime.TotalSeconds);
        json.WriteString("issued_at", token.IssuedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        json.WriteEndObject();
    });
}
