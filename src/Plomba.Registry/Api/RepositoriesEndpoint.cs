using Plomba.Images;
using Plomba.Registry.Access;

namespace Plomba.Registry.Api;

/// <summary><c>GET /v2/_catalog</c>: the repositories the caller may read, in byte order, by pages.</summary>
internal static class RepositoriesEndpoint
{
    /// <summary>GET and HEAD.</summary>
    public static async ValueTask<ApiError?> ListAsync(Call call)
    {
        if (!Paging.TryRead(call.Http.Request, out var paging))
            return ApiError.PageInvalid;
        RepositoryName? last = null;
        if (paging.Last is { } text)
        {
            if (!RepositoryName.TryParse(text, out var name))
                return ApiError.LastInvalid.About(text);
            last = name;
        }

        // One more than wanted tells whether there is a next page.
        var names = paging.Limit == 0 ? [] : Readable(call, last, paging.Limit + 1);
        var shown = Math.Min(names.Count, paging.Limit);
        if (names.Count > shown)
            paging.LinkNext(call.Http.Response, "/v2/_catalog", names[shown - 1].Text);
        await call.WriteAsync("application/json", Write(names, shown));
        return null;
    }

    private static List<RepositoryName> Readable(Call call, RepositoryName? last, int limit)
    {
        var found = new List<RepositoryName>();
        while (found.Count < limit)
        {
            var page = call.Catalog.ListRepositories(last, limit);
            found.AddRange(page.Where(name => call.Caller.RightsIn(call.Site, name).HasFlag(Rights.Pull)));
            if (page.Count < limit)
                break;
            last = page[^1];
        }

        return found;
    }

    private static ReadOnlyMemory<byte> Write(List<RepositoryName> names, int shown) => JsonBody.Write(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("repositories");
        for (var i = 0; i < shown; i++)
            json.WriteStringValue(names[i].Text);
        json.WriteEndArray();
        json.WriteEndObject();
    });
}
