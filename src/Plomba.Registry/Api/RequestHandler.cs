using Microsoft.AspNetCore.Http;
using Plomba.Registry.Access;
using Plomba.Registry.Blobs;
using Plomba.Registry.Hosting;

namespace Plomba.Registry.Api;

/// <summary>
/// The way of every request: path to route, header to caller, right to endpoint, refusal to error body. Whatever goes wrong below ends here
/// as one row of the error table; no exception's text reaches a client.
/// </summary>
internal sealed class RequestHandler(RegistryState registry)
{
    private const string SupportsSignatures = "X-Registry-Supports-Signatures";

    /// <summary>Answers one request.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        ApiError? error;
        try
        {
            error = await AnswerAsync(http);
            if (error is null)
            {
                RequestLog.Done(registry.Log, http);
                return;
            }
        }
        catch (Exception e) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client went away; there is nobody to tell.
            RequestLog.GoneAway(registry.Log, http, e);
            return;
        }
        catch (Exception e)
        {
            error = Explain(http, e);
        }

        if (http.Response.HasStarted)
        {
            // A status and perhaps bytes are out already: break off, so that the client cannot take it for complete.
            http.Abort();
            return;
        }

        await RefuseAsync(http, error);
    }

    private async Task RefuseAsync(HttpContext http, ApiError error)
    {
        try
        {
            await error.WriteAsync(http);
            RequestLog.Refused(registry.Log, http, error);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            RequestLog.GoneAway(registry.Log, http, e);
        }
    }

    private ValueTask<ApiError?> AnswerAsync(HttpContext http)
    {
        var route = Router.Parse(http.Request.Path.Value ?? "");
        var site = registry.Site.Current;
        http.Response.Headers.XContentTypeOptions = "nosniff";
        if (http.Features.Get<SignaturesOnly>() is not null && !Endpoints.IsSignatureView(route.Kind))
            return ValueTask.FromResult<ApiError?>(ApiError.NoSuchEndpoint);
        if (route.Kind == RouteKind.Base)
        {
            http.Response.Headers["Docker-Distribution-Api-Version"] = "registry/2.0";
            if (site.SignatureExtension)
                http.Response.Headers[SupportsSignatures] = "1";
        }

        // The start refuses such an address; a site that lost its accounts in a reload must not open it either.
        if (!site.HasAccounts && !registry.Open && !Call.IsLocal(http))
            return ValueTask.FromResult<ApiError?>(ApiError.NoAccounts);
        if (route.Error is { } unknown)
            return ValueTask.FromResult<ApiError?>(unknown);
        if (route.Kind == RouteKind.Token)
            return AnswerTokenAsync(http, site);
        if (Endpoints.IsPublic(route.Kind))
            return Endpoints.InvokeAsync(new Call(http, route, Caller.Anonymous, site, registry));
        var who = Authentication.OfAsync(http, site, registry.Accounts, registry.Tokens);
        return who.IsCompletedSuccessfully ? AuthorizeAsync(http, route, site, who.Result) : AwaitAsync(http, route, site, who);
    }

    private async ValueTask<ApiError?> AwaitAsync(HttpContext http, Route route, SiteView site, ValueTask<Authentication> who) =>
        await AuthorizeAsync(http, route, site, await who);

    private ValueTask<ApiError?> AuthorizeAsync(HttpContext http, Route route, SiteView site, Authentication who)
    {
        var needed = Endpoints.RightNeeded(route.Kind, http.Request.Method);
        if ((who.Error ?? Missing(who.Caller!, route, site, needed)) is not { } error)
            return Endpoints.InvokeAsync(new Call(http, route, who.Caller!, site, registry));
        if (error.Status == StatusCodes.Status401Unauthorized)
            Challenge.Write(http, site, error, Endpoints.HasRepository(route.Kind) ? route.Repository : null, needed);
        return ValueTask.FromResult<ApiError?>(error);
    }

    private static ApiError? Missing(Caller caller, Route route, SiteView site, Rights needed)
    {
        if (route.Kind == RouteKind.Base)
            return site.HasAccounts && !caller.IsAuthenticated ? ApiError.Unauthorized : null;
        if (!Endpoints.HasRepository(route.Kind) || caller.RightsIn(site, route.Repository).HasFlag(needed))
            return null;
        return caller.Account.Length == 0
            ? ApiError.Unauthorized.About(route.Repository.Text)
            : ApiError.Denied.About($"{caller.Account} is not a maker of the namespace of {route.Repository}");
    }

    private async ValueTask<ApiError?> AnswerTokenAsync(HttpContext http, SiteView site)
    {
        ApiError? error;
        if (HttpMethods.IsGet(http.Request.Method))
            error = await TokenEndpoint.GetAsync(http, site, registry.Accounts, registry.Tokens);
        else if (HttpMethods.IsPost(http.Request.Method))
            error = await TokenEndpoint.PostAsync(http, site, registry.Accounts, registry.Tokens);
        else
            (http.Response.Headers.Allow, error) = ("GET, POST", ApiError.MethodNotAllowed);
        if (error?.Status == StatusCodes.Status401Unauthorized)
            http.Response.Headers.WWWAuthenticate = $"Basic realm=\"{site.Service}\"";
        return error;
    }

    private ApiError Explain(HttpContext http, Exception e)
    {
        switch (e)
        {
            case StorageException { Failure: StorageFailure.Full }:
                RequestLog.StorageTrouble(registry.Log, http, e.Message);
                return ApiError.StorageFull;
            case StorageException { Failure: StorageFailure.JournalDamaged or StorageFailure.Unavailable }:
                RequestLog.StorageTrouble(registry.Log, http, e.Message);
                return ApiError.WritesStopped;
            case StorageException or BlobDamagedException:
                RequestLog.StorageTrouble(registry.Log, http, e.Message);
                return ApiError.Internal;
            case BadHttpRequestException bad:
                return new ApiError(bad.StatusCode, ApiError.BadRequest.Code, bad.Message);
            case Microsoft.AspNetCore.Connections.ConnectionResetException or OperationCanceledException:
                return ApiError.UploadIncomplete;
            default:
                RequestLog.Failed(registry.Log, http, e);
                return ApiError.Internal;
        }
    }
}
