using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Plomba.Files;
using Plomba.Images;
using Plomba.Registry.Catalog;

namespace Plomba.Registry.Tests.Catalog;

/// <summary>Prints how fast the catalog is on this machine; it asserts answers, not times.</summary>
public sealed class CatalogFigures(ITestOutputHelper output) : IDisposable
{
    private static readonly Actor Maker = new("maker", "127.0.0.1");
    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public async Task Pages_of_10000_tags_and_of_10000_repositories()
    {
        await using var catalog = await OpenAsync();
        var alt = Repository("alt/alt");
        await Task.WhenAll(Enumerable.Range(0, 10_000).Select(i => catalog.PutManifestAsync(Manifest(alt, 1, $"v{i}"))));
        await Task.WhenAll(Enumerable.Range(0, 10_000).Select(i => catalog.PutManifestAsync(Manifest(Repository($"r/{i}"), 1, "latest"))));
        Print("tags/list, a page of 10,000", () => Assert.Equal(10_000, catalog.ListTags(alt, null, 10_000).Count));
        Print("tags/list, a page of 100 in the middle", () => Assert.Equal(100, catalog.ListTags(alt, TagOf("v5000"), 100).Count));
        Print("_catalog, a page of 10,000", () => Assert.Equal(10_000, catalog.ListRepositories(null, 10_000).Count));
        Print("_catalog, a page of 100 in the middle", () => Assert.Equal(100, catalog.ListRepositories(Repository("r/5000"), 100).Count));
        PrintReads(catalog, alt);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(16)]
    public async Task Durable_changes_of_several_writers(int writers)
    {
        await using var catalog = await OpenAsync();
        var count = 0;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            while (clock.ElapsedMilliseconds < 500)
            {
                var number = Interlocked.Increment(ref count);
                Assert.IsType<PutManifestResult.Created>(await catalog.PutManifestAsync(Manifest(Repository($"r/{writer}"), number, $"v{number}")));
            }
        })));
        output.WriteLine($"{writers} writers: {count / clock.Elapsed.TotalSeconds:F0} changes/s, {clock.Elapsed.TotalMilliseconds * writers / count:F2} ms each");
    }

    public void Dispose() => _directory.Dispose();

    private void PrintReads(ICatalog catalog, RepositoryName repository)
    {
        var tags = catalog.ListTags(repository, null, 10_000);
        for (var i = 0; i < 20_000; i++)
            Assert.NotNull(catalog.FindManifest(repository, tags[i % tags.Count]));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var cpu = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < 50_000; i++)
            _ = catalog.FindManifest(repository, tags[i * 7 % tags.Count]);
        var time = clock.Elapsed;
        cpu = Environment.CpuUsage.TotalTime - cpu;
        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / 50_000;
        output.WriteLine($"FindManifest by tag: {time.TotalMicroseconds / 50_000:F1} µs, {50_000 / time.TotalSeconds:F0}/s on one thread, {cpu.TotalMicroseconds / 50_000:F1} µs of CPU, {bytes} bytes allocated each");
    }

    private void Print(string what, Action action)
    {
        for (var i = 0; i < 5; i++)
            action();
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < 10; i++)
            action();
        output.WriteLine($"{what}: {clock.Elapsed.TotalMilliseconds / 10:F2} ms");
    }

    private async Task<ICatalog> OpenAsync() => Assert.IsType<CatalogOpening.Opened>(await JournaledCatalog.OpenAsync(
        new CatalogOptions { Directory = _directory.Path }, TimeProvider.System, NullLogger<JournaledCatalog>.Instance)).Catalog;

    private static PutManifest Manifest(RepositoryName repository, int number, string tag) => new()
    {
        Repository = repository,
        Digest = Digest.Sha256(BitConverter.GetBytes(number)),
        MediaType = MediaTypes.OciManifest,
        Size = 500,
        Tags = [TagOf(tag)],
        Actor = Maker,
    };

    private static Tag TagOf(string text) => Tag.TryParse(text, out var tag) ? tag : throw new ArgumentException(text, nameof(text));

    private static RepositoryName Repository(string text) =>
        RepositoryName.TryParse(text, out var name) ? name : throw new ArgumentException(text, nameof(text));
}
