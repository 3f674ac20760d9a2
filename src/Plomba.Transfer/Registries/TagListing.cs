using System.Text.Json;
using Plomba.Images;

namespace Plomba.Transfer.Registries;

/// <summary>Reads all tags of a repository, page by page (OCI distribution spec, "Listing tags").</summary>
internal static class TagListing
{
    private const int LongestPage = 4 * 1024 * 1024;
    private const int MostTags = 1_000_000;

    public static async Task<IReadOnlyList<string>> ReadAsync(RegistryClient client, RepositoryName repository, CancellationToken cancellation)
    {
        var tags = new List<string>();
        var path = $"/v2/{repository}/tags/list";
        while (true)
        {
            var answer = await client.FetchAsync(repository, path, ["application/json"], LongestPage, cancellation);
            if (!answer.IsOk)
                throw ServerError.From(answer);
            var before = tags.Count;
            tags.AddRange(Tags(answer.Body));
            if (LinkHeader.Next(answer.Headers["Link"].FirstOrDefault(), "tags") is not { } next)
                return tags;
            // A registry that sends the same page, or empty ones, for ever.
            if (next == path || tags.Count == before || tags.Count > MostTags)
                throw new TransferException(TransferTrouble.Protocol, Text.Say("the list of tags has no end"));
            path = next;
        }
    }

    // What is no tag cannot be asked for; some registries list digests among them.
    private static IEnumerable<string> Tags(byte[] page)
    {
        try
        {
            using var document = JsonDocument.Parse(page);
            return document.RootElement.GetProperty("tags") is { ValueKind: JsonValueKind.Array } tags
                ? [.. tags.EnumerateArray().Select(t => t.GetString()).OfType<string>().Where(t => Tag.TryParse(t, out _))]
                : [];
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new TransferException(TransferTrouble.Protocol, Text.Say("the list of tags is not one"), e);
        }
    }
}
