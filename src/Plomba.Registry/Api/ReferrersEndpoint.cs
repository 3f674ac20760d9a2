using System.Globalization;
using System.Text.Json;
using Plomba.Images;
using Plomba.Registry.Catalog;

namespace Plomba.Registry.Api;

/// <summary>
/// <c>GET /v2/NAME/referrers/DIGEST</c>: an index of the manifests whose subject is that digest. Nothing known is an empty index and never
/// 404, which would send clients to the fallback tag. A page stays under the 4 MiB that clients read; Link names the next.
/// </summary>
internal static class ReferrersEndpoint
{
    /// <summary>GET and HEAD.</summary>
    public static async ValueTask<ApiError?> ListAsync(Call call)
    {
        var wanted = call.Query("artifactType") is { Length: > 0 } type ? type : null;
        var after = 0L;
        if (call.Query("last") is { } last && !long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out after))
            return ApiError.LastInvalid.About(last);
        if (wanted is not null)
            call.Http.Response.Headers["OCI-Filters-Applied"] = "artifactType";
        var page = call.Catalog.ListReferrers(call.Repository, call.Route.Digest, wanted, after);
        if (page.Next is { } next)
            LinkNext(call, next, wanted);
        await call.WriteAsync(MediaTypes.OciIndex, Write(page));
        return null;
    }

    private static ReadOnlyMemory<byte> Write(ReferrerPage page) => JsonBody.Write(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("schemaVersion", 2);
        json.WriteString("mediaType", MediaTypes.OciIndex);
        json.WriteStartArray("manifests");
        foreach (var referrer in page.Referrers)
            WriteDescriptor(json, referrer);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void WriteDescriptor(Utf8JsonWriter json, Referrer referrer)
    {
        json.WriteStartObject();
        json.WriteString("mediaType", referrer.MediaType);
        json.WriteString("digest", referrer.Digest.Text);
        json.WriteNumber("size", referrer.Size);
        if (referrer.ArtifactType is not null)
            json.WriteString("artifactType", referrer.ArtifactType);
        if (referrer.Annotations.Count > 0)
        {
            json.WriteStartObject("annotations");
            foreach (var (name, value) in referrer.Annotations)
                json.WriteString(name, value);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void LinkNext(Call call, long next, string? artifactType)
    {
        var filter = artifactType is null ? "" : $"&artifactType={Uri.EscapeDataString(artifactType)}";
        call.Http.Response.Headers.Link = string.Create(
            CultureInfo.InvariantCulture, $"</v2/{call.Repository}/referrers/{call.Route.Digest}?last={next}{filter}>; rel=\"next\"");
    }
}
