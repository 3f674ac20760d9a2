using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Plomba.Files;
using Plomba.Images;
using Plomba.Registry.Catalog;

namespace Plomba.Registry.Tests.Hosting;

public sealed class ReadinessTests
{
    [Fact]
    public async Task A_server_that_works_is_ready_and_tells_its_site_without_a_login()
    {
        await using var registry = await RunningRegistry.StartAsync(view => view with { Revision = "sha256:abc" });
        using var answer = await registry.Http.GetAsync("/readyz");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("""{"status":"ready","catalog":"ok","site":"sha256:abc"}""", await answer.Content.ReadAsStringAsync());
        using var guarded = (await RunningRegistry.WithAccountsAsync(("alt", ["alice"]))).Http;
        using var anonymous = await guarded.GetAsync("/readyz");
        Assert.Equal(HttpStatusCode.OK, anonymous.StatusCode);
    }

    [Fact]
    public async Task While_the_journal_is_damaged_it_is_alive_and_not_ready()
    {
        using var directory = new TemporaryDirectory();
        await DamageAsync(directory.Path);
        await using var registry = await RunningRegistry.StartAsync(options: o => o with { DataDirectory = directory.Path });
        using var ready = await registry.Http.GetAsync("/readyz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        var said = await ready.Content.ReadAsStringAsync();
        Assert.Contains("writes refused", said, StringComparison.Ordinal);
        Assert.DoesNotContain(directory.Path, said, StringComparison.Ordinal);
        using var alive = await registry.Http.GetAsync("/healthz");
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
    }

    private static async Task DamageAsync(string data)
    {
        var opening = await JournaledCatalog.OpenAsync(new CatalogOptions { Directory = data }, TimeProvider.System, NullLogger<JournaledCatalog>.Instance);
        await using (var catalog = Assert.IsType<CatalogOpening.Opened>(opening).Catalog)
        {
            Assert.True(RepositoryName.TryParse("alt/alt", out var repository));
            await catalog.LinkBlobAsync(repository, Digest.Sha256("x"u8), 1, new Actor("", null));
        }

        var journal = Directory.GetFiles(Path.Combine(data, "journal"))[0];
        var bytes = await File.ReadAllBytesAsync(journal);
        bytes[10] ^= 1;
        await File.WriteAllBytesAsync(journal, bytes);
    }
}
