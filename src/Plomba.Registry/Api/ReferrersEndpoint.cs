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
    private const int PageSize = 3 * 1024 * 1024;

    /// <summary>GET and HEAD.</summary>
    public static async ValueTask<ApiError?> ListAsync(Call call)
    {
        var wanted = call.Query("artifactType");
        var after = call.Query("last");
        if (after is not null && !Digest.TryParse(after, out _))
            return ApiError.DigestInvalid.About(after);
        var referrers = call.Catalog.ListReferrers(call.Repository, call.Route.Digest)
            .Where(referrer => string.IsNullOrEmpty(wanted) || referrer.ArtifactType == wanted)
            .ToList();
        if (!string.IsNullOrEmpty(wanted))
            call.Http.Response.Headers["OCI-Filters-Applied"] = "artifactType";
        var start = after is null ? 0 : referrers.FindIndex(referrer => referrer.Digest.Text == after) + 1;
        var (body, next) = Write(referrers, start);
        if (next < referrers.Count)
            LinkNext(call, referrers[next - 1].Digest, wanted);
        await call.WriteAsync(MediaTypes.OciIndex, body);
        return null;
    }

    private static (ReadOnlyMemory<byte> Body, int Next) Write(List<Referrer> referrers, int start)
    {
        var next = start;
        var body = JsonBody.Write(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("schemaVersion", 2);
            json.WriteString("mediaType", MediaTypes.OciIndex);
            json.WriteStartArray("manifests");
            while (next < referrers.Count && (next == start || json.BytesCommitted + json.BytesPending < PageSize))
                WriteDescriptor(json, referrers[next++]);
            json.WriteEndArray();
            json.WriteEndObject();
        });
        return (body, next);
    }

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

    private static void LinkNext(Call call, Digest last, string? artifactType)
    {
        var filter = string.IsNullOrEmpty(artifactType) ? "" : $"&artifactType={Uri.EscapeDataString(artifactType)}";
        call.Http.Response.Headers.Link = $"</v2/{call.Repository}/referrers/{call.Route.Digest}?last={last}{filter}>; rel=\"next\"";
    }
}
