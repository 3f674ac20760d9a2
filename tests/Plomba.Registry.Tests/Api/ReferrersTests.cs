using System.Net;
using System.Text;
using System.Text.Json;
using Plomba.Images;

namespace Plomba.Registry.Tests.Api;

public sealed class ReferrersTests(OpenRegistryFixture fixture) : IClassFixture<OpenRegistryFixture>
{
    private const string Sbom = "application/vnd.example.sbom";
    private readonly RunningRegistry _registry = fixture.Registry;

    [Fact]
    public async Task Nothing_refers_and_the_list_is_an_empty_index()
    {
        using var answer = await _registry.SendAsync("GET", $"/v2/refer/nothing/referrers/{Digest.Sha256("x"u8)}");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(MediaTypes.OciIndex, answer.Content.Headers.ContentType?.ToString());
        Assert.Equal(
            $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciIndex}}","manifests":[]}""", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_manifest_with_a_subject_is_listed_with_its_type_and_annotations()
    {
        var (_, subject) = await _registry.PushImageAsync("refer/one", "v1");
        var attachment = await AttachAsync("refer/one", subject, Sbom, "one");
        var entry = Assert.Single(await ListAsync("refer/one", subject));
        Assert.Equal(attachment.Text, entry.GetProperty("digest").GetString());
        Assert.Equal(Sbom, entry.GetProperty("artifactType").GetString());
        Assert.Equal("one", entry.GetProperty("annotations").GetProperty("note").GetString());
        Assert.Equal(MediaTypes.OciManifest, entry.GetProperty("mediaType").GetString());
    }

    [Fact]
    public async Task The_subject_need_not_exist_and_the_push_names_it()
    {
        var subject = Digest.Sha256("not pushed yet"u8);
        await AttachAsync("refer/early", subject, Sbom, "early");
        Assert.Single(await ListAsync("refer/early", subject));
    }

    [Fact]
    public async Task An_index_may_have_a_subject_too()
    {
        var (_, subject) = await _registry.PushImageAsync("refer/index", "v1");
        var index = Encoding.UTF8.GetBytes(
            $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciIndex}}","artifactType":"{{Sbom}}","manifests":[],"subject":{{TestManifests.Descriptor(MediaTypes.OciManifest, subject)}}}""");
        using var answer = await _registry.SendAsync("PUT", $"/v2/refer/index/manifests/{Digest.Sha256(index)}", index, MediaTypes.OciIndex);
        Assert.Equal(subject.Text, Assert.Single(answer.Headers.GetValues("OCI-Subject")));
        Assert.Equal(Sbom, Assert.Single(await ListAsync("refer/index", subject)).GetProperty("artifactType").GetString());
    }

    [Fact]
    public async Task The_list_is_filtered_by_type_and_says_so()
    {
        var (_, subject) = await _registry.PushImageAsync("refer/filter", "v1");
        await AttachAsync("refer/filter", subject, Sbom, "a");
        var other = await AttachAsync("refer/filter", subject, "application/vnd.example.other+json", "b");
        using var answer = await _registry.SendAsync(
            "GET", $"/v2/refer/filter/referrers/{subject}?artifactType={Uri.EscapeDataString("application/vnd.example.other+json")}");
        Assert.Equal("artifactType", Assert.Single(answer.Headers.GetValues("OCI-Filters-Applied")));
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(other.Text, Assert.Single(json.RootElement.GetProperty("manifests").EnumerateArray()).GetProperty("digest").GetString());
        using var all = await _registry.SendAsync("GET", $"/v2/refer/filter/referrers/{subject}");
        Assert.False(all.Headers.Contains("OCI-Filters-Applied"));
    }

    [Fact]
    public async Task Old_clients_keep_their_list_under_the_fallback_tag()
    {
        var (_, subject) = await _registry.PushImageAsync("refer/fallback", "v1");
        var attachment = await AttachAsync("refer/fallback", subject, Sbom, "a");
        var list = TestManifests.Index(MediaTypes.OciIndex, attachment);
        using var put = await _registry.SendAsync("PUT", $"/v2/refer/fallback/manifests/sha256-{subject.Hex}", list, MediaTypes.OciIndex);
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        Assert.Equal(list, await _registry.Http.GetByteArrayAsync($"/v2/refer/fallback/manifests/sha256-{subject.Hex}"));
    }

    [Fact]
    public async Task A_deleted_referrer_is_listed_no_more()
    {
        var (_, subject) = await _registry.PushImageAsync("refer/delete", "v1");
        var attachment = await AttachAsync("refer/delete", subject, Sbom, "a");
        using var deleted = await _registry.SendAsync("DELETE", $"/v2/refer/delete/manifests/{attachment}");
        Assert.Equal(HttpStatusCode.Accepted, deleted.StatusCode);
        Assert.Empty(await ListAsync("refer/delete", subject));
    }

    [Fact]
    public async Task A_list_larger_than_clients_read_comes_by_pages()
    {
        var subject = Digest.Sha256("popular"u8);
        var note = new string('n', 600 * 1024);
        for (var i = 0; i < 8; i++)
            await AttachAsync("refer/many", subject, Sbom, $"{i}{note}");
        var seen = new List<string>();
        var next = $"/v2/refer/many/referrers/{subject}";
        while (next is not null)
        {
            using var answer = await _registry.SendAsync("GET", next);
            Assert.True(answer.Content.Headers.ContentLength < 4 * 1024 * 1024);
            using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            seen.AddRange(json.RootElement.GetProperty("manifests").EnumerateArray().Select(e => e.GetProperty("digest").GetString()!));
            next = answer.Headers.TryGetValues("Link", out var links) ? links.Single()[1..].Split('>')[0] : null;
        }

        Assert.Equal(8, seen.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(8, seen.Count);
    }

    [Fact]
    public async Task The_next_page_does_not_begin_again_when_the_last_entry_was_deleted_meanwhile()
    {
        var subject = Digest.Sha256("unsteady"u8);
        var note = new string('n', 1400 * 1024);
        var all = new List<string>();
        for (var i = 0; i < 4; i++)
            all.Add((await AttachAsync("refer/unsteady", subject, Sbom, $"{i}{note}")).Text);
        using var first = await _registry.SendAsync("GET", $"/v2/refer/unsteady/referrers/{subject}");
        var next = first.Headers.GetValues("Link").Single()[1..].Split('>')[0];
        var seen = await DigestsAsync(first);
        using var deleted = await _registry.SendAsync("DELETE", $"/v2/refer/unsteady/manifests/{seen[^1]}");
        Assert.Equal(HttpStatusCode.Accepted, deleted.StatusCode);
        using var second = await _registry.SendAsync("GET", next);
        Assert.Equal(all[seen.Count..], await DigestsAsync(second));
    }

    [Fact]
    public async Task A_page_that_begins_nowhere_is_refused()
    {
        using var answer = await _registry.SendAsync("GET", $"/v2/refer/x/referrers/{Digest.Sha256([])}?last=nonsense");
        await RunningRegistry.RefusedAsync(answer, HttpStatusCode.BadRequest, "PAGINATION_NUMBER_INVALID");
    }

    private static async Task<List<string>> DigestsAsync(HttpResponseMessage answer)
    {
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return [.. json.RootElement.GetProperty("manifests").EnumerateArray().Select(e => e.GetProperty("digest").GetString()!)];
    }

    private async Task<Digest> AttachAsync(string repository, Digest subject, string type, string note)
    {
        var config = await _registry.PushBlobAsync(repository, "{}"u8.ToArray());
        var layer = await _registry.PushBlobAsync(repository, "attached"u8.ToArray());
        var manifest = TestManifests.Image(config, layer, subject, type, $",\"annotations\":{{\"note\":\"{note}\"}}");
        using var answer = await _registry.SendAsync("PUT", $"/v2/{repository}/manifests/{Digest.Sha256(manifest)}", manifest, MediaTypes.OciManifest);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal(subject.Text, Assert.Single(answer.Headers.GetValues("OCI-Subject")));
        return Digest.Sha256(manifest);
    }

    private async Task<List<JsonElement>> ListAsync(string repository, Digest subject)
    {
        using var json = JsonDocument.Parse(await _registry.Http.GetStringAsync($"/v2/{repository}/referrers/{subject}"));
        return [.. json.RootElement.GetProperty("manifests").EnumerateArray().Select(e => e.Clone())];
    }
}
