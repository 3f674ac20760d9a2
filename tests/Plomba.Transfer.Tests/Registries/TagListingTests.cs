using Microsoft.AspNetCore.Http;
using Plomba.Images;
using Plomba.Transfer.Registries;

namespace Plomba.Transfer.Tests.Registries;

public sealed class TagListingTests
{
    private static readonly RegistryAccess Access = new() { TlsVerify = false, Retries = 0, NoCredentials = true, Patience = TimeSpan.FromSeconds(20) };
    private static readonly RepositoryName Repository = RepositoryName.TryParse("ns/app", out var name) ? name : throw new InvalidOperationException();

    [Fact]
    public async Task Pages_are_followed_and_what_is_no_tag_is_left_out()
    {
        var tags = await ListAsync(c => c.Request.Query["last"].ToString() switch
        {
            "" => Page(c, """{"name":"ns/app","tags":["a","-b","sha256:00"]}""", "</v2/ns/app/tags/list?last=a>; rel=\"next\""),
            _ => Page(c, """{"tags":["c"]}""", null),
        });
        Assert.Equal(["a", "c"], tags);
    }

    [Theory]
    [InlineData("//other.example/v2/ns/app/tags/list?last=a")]
    [InlineData("/elsewhere")]
    [InlineData("/v2/ns/app/tags/list")]
    [InlineData("http://[")]
    public async Task A_next_page_that_leads_away_or_in_a_circle_is_refused(string next)
    {
        var e = await Assert.ThrowsAsync<TransferException>(() => ListAsync(c => Page(c, """{"tags":["a"]}""", $"<{next}>; rel=\"next\"")));
        Assert.Equal(TransferTrouble.Protocol, e.Trouble);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"tags\":[1]}")]
    [InlineData("{\"tags\":[{}]}")]
    public async Task What_is_no_list_is_refused(string body) =>
        Assert.Equal(TransferTrouble.Protocol, (await Assert.ThrowsAsync<TransferException>(() => ListAsync(c => Page(c, body, null)))).Trouble);

    [Fact]
    public async Task A_repository_without_tags_has_none() => Assert.Empty(await ListAsync(c => Page(c, """{"tags":null}""", null)));

    private static async Task<IReadOnlyList<string>> ListAsync(Func<HttpContext, Task> answer)
    {
        await using var server = await ScriptedServer.StartAsync(answer);
        using var client = new RegistryClient(server.Host, insecure: true, Access);
        return await client.GetTagsAsync(Repository, TestContext.Current.CancellationToken);
    }

    private static Task Page(HttpContext context, string body, string? link)
    {
        if (link is not null)
            context.Response.Headers.Link = link;
        return context.Response.WriteAsync(body);
    }
}
