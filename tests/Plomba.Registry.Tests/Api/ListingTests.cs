using System.Net;
using System.Text.Json;

namespace Plomba.Registry.Tests.Api;

public sealed class ListingTests(OpenRegistryFixture fixture) : IClassFixture<OpenRegistryFixture>
{
    private readonly RunningRegistry _registry = fixture.Registry;

    [Fact]
    public async Task Tags_come_in_byte_order_and_by_pages()
    {
        foreach (var tag in new[] { "b", "a", "B", "c" })
            await _registry.PushImageAsync("list/tags", tag);
        Assert.Equal(["B", "a", "b", "c"], await ListAsync("/v2/list/tags/tags/list", "tags"));
        using var page = await _registry.SendAsync("GET", "/v2/list/tags/tags/list?n=2");
        var link = Assert.Single(page.Headers.GetValues("Link"));
        Assert.Equal("</v2/list/tags/tags/list?n=2&last=a>; rel=\"next\"", link);
        Assert.Equal(["b", "c"], await ListAsync("/v2/list/tags/tags/list?n=2&last=a", "tags"));
        using var end = await _registry.SendAsync("GET", "/v2/list/tags/tags/list?n=2&last=a");
        Assert.False(end.Headers.Contains("Link"));
    }

    [Fact]
    public async Task The_page_after_a_tag_that_is_not_there_begins_where_it_would_stand()
    {
        await _registry.PushImageAsync("list/after", "a");
        await _registry.PushImageAsync("list/after", "c");
        Assert.Equal(["c"], await ListAsync("/v2/list/after/tags/list?last=b", "tags"));
    }

    [Theory]
    [InlineData("tags/list")]
    [InlineData("_catalog")]
    public async Task No_entries_are_asked_for_and_none_come(string listing)
    {
        await _registry.PushImageAsync("list/zero", "a");
        var path = listing == "_catalog" ? "/v2/_catalog?n=0" : "/v2/list/zero/tags/list?n=0";
        Assert.Empty(await ListAsync(path, listing == "_catalog" ? "repositories" : "tags"));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("x")]
    [InlineData("")]
    [InlineData("1.5")]
    [InlineData("0x10")]
    public async Task A_number_that_is_none_is_refused(string n)
    {
        await _registry.PushImageAsync("list/numbers", "a");
        foreach (var path in new[] { "/v2/_catalog", "/v2/list/numbers/tags/list" })
        {
            using var answer = await _registry.SendAsync("GET", $"{path}?n={n}");
            await RunningRegistry.RefusedAsync(answer, HttpStatusCode.BadRequest, "PAGINATION_NUMBER_INVALID");
        }
    }

    [Theory]
    [InlineData("1000000000")]
    [InlineData("99999999999999999999999999")]
    public async Task An_absurd_number_costs_nothing(string n)
    {
        await _registry.PushImageAsync("list/absurd", "a");
        Assert.Contains("list/absurd", await ListAsync($"/v2/_catalog?n={n}", "repositories"));
        Assert.Equal(["a"], await ListAsync($"/v2/list/absurd/tags/list?n={n}", "tags"));
    }

    [Fact]
    public async Task The_tags_of_a_repository_that_is_not_there_are_NAME_UNKNOWN()
    {
        using var answer = await _registry.SendAsync("GET", "/v2/list/nothing/tags/list");
        await RunningRegistry.RefusedAsync(answer, HttpStatusCode.NotFound, "NAME_UNKNOWN");
    }

    [Fact]
    public async Task The_catalog_lists_repositories_by_pages()
    {
        await _registry.PushImageAsync("list/catalog/one", "a");
        await _registry.PushImageAsync("list/catalog/two", "a");
        using var page = await _registry.SendAsync("GET", "/v2/_catalog?n=1&last=list/catalog/a");
        Assert.Equal("</v2/_catalog?n=1&last=list%2Fcatalog%2Fone>; rel=\"next\"", Assert.Single(page.Headers.GetValues("Link")));
        Assert.Equal(["list/catalog/two"], await ListAsync("/v2/_catalog?n=1&last=list%2Fcatalog%2Fone", "repositories"));
    }

    private async Task<string[]> ListAsync(string path, string member)
    {
        using var json = JsonDocument.Parse(await _registry.Http.GetStringAsync(path));
        return [.. json.RootElement.GetProperty(member).EnumerateArray().Select(e => e.GetString()!)];
    }
}
