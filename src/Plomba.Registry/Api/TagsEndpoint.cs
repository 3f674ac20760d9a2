using Plomba.Images;

namespace Plomba.Registry.Api;

/// <summary><c>GET /v2/NAME/tags/list</c>: tags in byte order, by pages.</summary>
internal static class TagsEndpoint
{
    /// <summary>GET and HEAD.</summary>
    public static ValueTask<ApiError?> ListAsync(Call call)
    {
        if (!Paging.TryRead(call.Http.Request, out var paging))
            return ValueTask.FromResult<ApiError?>(ApiError.PageInvalid);
        Tag? last = null;
        if (paging.Last is { } text)
        {
            if (!Tag.TryParse(text, out var tag))
                return ValueTask.FromResult<ApiError?>(ApiError.LastInvalid.About(text));
            last = tag;
        }

        if (!call.Catalog.RepositoryExists(call.Repository))
            return ValueTask.FromResult<ApiError?>(ApiError.NameUnknown.About(call.Repository.Text));
        // One more than wanted tells whether there is a next page.
        IReadOnlyList<Tag> tags = paging.Limit == 0 ? [] : call.Catalog.ListTags(call.Repository, last, paging.Limit + 1);
        var shown = Math.Min(tags.Count, paging.Limit);
        if (tags.Count > shown)
            paging.LinkNext(call.Http.Response, $"/v2/{call.Repository}/tags/list", tags[shown - 1].Text);
        return WriteAsync(call, tags, shown);
    }

    private static async ValueTask<ApiError?> WriteAsync(Call call, IReadOnlyList<Tag> tags, int shown)
    {
        var body = JsonBody.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("name", call.Repository.Text);
            json.WriteStartArray("tags");
            for (var i = 0; i < shown; i++)
                json.WriteStringValue(tags[i].Text);
            json.WriteEndArray();
            json.WriteEndObject();
        });
        await call.WriteAsync("application/json", body);
        return null;
    }
}
