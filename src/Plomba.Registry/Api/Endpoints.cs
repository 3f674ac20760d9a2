using Microsoft.AspNetCore.Http;
using Plomba.Registry.Access;
using Plomba.Registry.Signatures;
using Plomba.Registry.TrustBundle;

namespace Plomba.Registry.Api;

/// <summary>Which endpoint answers which method at which route, and what right it takes.</summary>
internal static class Endpoints
{
    /// <summary>Whether the second listener, which serves signatures, keys and the trust bundle alone, has it too.</summary>
    public static bool IsSignatureView(RouteKind kind) =>
        kind is RouteKind.LookasideSignature or RouteKind.Keys or RouteKind.KeyFile or RouteKind.TrustFile or RouteKind.Health;

    /// <summary>Whether it is answered without asking who wants it: clients send no credentials there.</summary>
    public static bool IsPublic(RouteKind kind) => IsSignatureView(kind) || kind is RouteKind.Readiness;

    /// <summary>Whether the route names a repository, which decides about rights.</summary>
    public static bool HasRepository(RouteKind kind) => kind is RouteKind.Tags or RouteKind.ManifestByDigest or RouteKind.ManifestByTag
        or RouteKind.ManifestByNothing or RouteKind.Blob or RouteKind.Uploads or RouteKind.Upload or RouteKind.Referrers
        or RouteKind.ExtensionSignatures;

    /// <summary>The right in the route's repository that the method takes.</summary>
    public static Rights RightNeeded(RouteKind kind, string method)
    {
        if (kind is RouteKind.Uploads or RouteKind.Upload)
            return Rights.Push;
        if (IsRead(method))
            return Rights.Pull;
        return HttpMethods.IsDelete(method) ? Rights.Delete : Rights.Push;
    }

    /// <summary>Runs the endpoint; its error, or null when it has answered.</summary>
    public static ValueTask<ApiError?> InvokeAsync(Call call)
    {
        var method = call.Http.Request.Method;
        return call.Route.Kind switch
        {
            RouteKind.ManifestByDigest or RouteKind.ManifestByTag when IsRead(method) => ManifestEndpoint.ReadAsync(call),
            RouteKind.Blob when IsRead(method) => BlobEndpoint.ReadAsync(call),
            RouteKind.Base when IsRead(method) => BaseEndpoint.PingAsync(call),
            RouteKind.ManifestByDigest or RouteKind.ManifestByTag when HttpMethods.IsPut(method) => UploadLimit.RunAsync(call, ManifestPush.PutAsync),
            RouteKind.ManifestByDigest or RouteKind.ManifestByTag when HttpMethods.IsDelete(method) => ManifestEndpoint.DeleteAsync(call),
            RouteKind.ManifestByNothing when HttpMethods.IsPut(method) => Refuse(ApiError.TagInvalid),
            RouteKind.ManifestByNothing when IsRead(method) || HttpMethods.IsDelete(method) => Refuse(ApiError.ManifestUnknown),
            RouteKind.Blob when HttpMethods.IsDelete(method) => BlobEndpoint.DeleteAsync(call),
            RouteKind.Uploads when HttpMethods.IsPost(method) => UploadEndpoint.BeginAsync(call),
            RouteKind.Upload when HttpMethods.IsPatch(method) => UploadEndpoint.AppendAsync(call),
            RouteKind.Upload when HttpMethods.IsPut(method) => UploadEndpoint.CompleteAsync(call),
            RouteKind.Upload when HttpMethods.IsGet(method) => UploadEndpoint.StatusAsync(call),
            RouteKind.Upload when HttpMethods.IsDelete(method) => UploadEndpoint.CancelAsync(call),
            RouteKind.Tags when IsRead(method) => TagsEndpoint.ListAsync(call),
            RouteKind.Repositories when IsRead(method) => RepositoriesEndpoint.ListAsync(call),
            RouteKind.Referrers when IsRead(method) => ReferrersEndpoint.ListAsync(call),
            RouteKind.ExtensionSignatures when HttpMethods.IsGet(method) => ExtensionEndpoint.GetAsync(call),
            RouteKind.ExtensionSignatures when HttpMethods.IsPut(method) => UploadLimit.RunAsync(call, ExtensionEndpoint.PutAsync),
            RouteKind.LookasideSignature when IsRead(method) => LookasideEndpoint.ReadAsync(call),
            RouteKind.Keys when IsRead(method) => KeysEndpoint.ListAsync(call),
            RouteKind.KeyFile when IsRead(method) => KeysEndpoint.FileAsync(call),
            RouteKind.TrustFile when IsRead(method) => TrustEndpoint.ReadAsync(call),
            RouteKind.Health when IsRead(method) => BaseEndpoint.HealthAsync(call),
            RouteKind.Readiness when IsRead(method) => BaseEndpoint.ReadinessAsync(call),
            _ => RefuseMethod(call),
        };
    }

    /// <summary>The methods of a route, for the Allow header of a 405 (RFC 9110 §15.5.6).</summary>
    private static string Methods(RouteKind kind) => kind switch
    {
        RouteKind.ManifestByDigest or RouteKind.ManifestByTag or RouteKind.ManifestByNothing => "GET, HEAD, PUT, DELETE",
        RouteKind.Blob => "GET, HEAD, DELETE",
        RouteKind.Uploads => "POST",
        RouteKind.Upload => "GET, PATCH, PUT, DELETE",
        RouteKind.ExtensionSignatures => "GET, PUT",
        _ => "GET, HEAD",
    };

    private static ValueTask<ApiError?> RefuseMethod(Call call)
    {
        call.Http.Response.Headers.Allow = Methods(call.Route.Kind);
        return Refuse(ApiError.MethodNotAllowed);
    }

    private static bool IsRead(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method);

    private static ValueTask<ApiError?> Refuse(ApiError error) => ValueTask.FromResult<ApiError?>(error);
}
