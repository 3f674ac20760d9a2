using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Plomba.Files;
using Plomba.Images;
using Plomba.Registry.Blobs;
using Plomba.Registry.Catalog;
using Plomba.Testing;

namespace Plomba.Registry.Tests.Catalog;

/// <summary>A server is killed (SIGKILL) at random moments while four clients push, sign and delete.</summary>
public sealed class KilledServerTests(ITestOutputHelper output) : IDisposable
{
    private static readonly bool Long = Environment.GetEnvironmentVariable("PLOMBA_LONG") == "1";
    private readonly TemporaryDirectory _directory = new();
    private readonly Random _random = new(20261123);

    [Fact]
    public async Task Whatever_was_acknowledged_is_whole_and_nothing_half_made_is_visible()
    {
        var (rounds, limit) = Long ? (1000, TimeSpan.FromMinutes(30)) : (100, TimeSpan.FromSeconds(40));
        var clock = Stopwatch.StartNew();
        var (kills, acknowledged) = (0, 0);
        for (; kills < rounds && clock.Elapsed < limit; kills++)
        {
            var acknowledgements = _directory.Combine($"round-{kills}");
            await PushUntilKilledAsync(acknowledgements, kills);
            if (kills % 7 == 3)
                DamageIndex(kills);
            var lines = File.Exists(acknowledgements) ? File.ReadAllLines(acknowledgements) : [];
            acknowledged += lines.Length;
            await CheckAsync(lines);
        }

        output.WriteLine($"{kills} kills, {acknowledged} acknowledgements, {clock.Elapsed.TotalSeconds:F0} s");
        Assert.InRange(acknowledged, 100, int.MaxValue);
        await CheckEverythingAsync();
    }

    public void Dispose() => _directory.Dispose();

    private string Data => _directory.Combine("data");

    private async Task PushUntilKilledAsync(string acknowledgements, int round)
    {
        var worker = Path.Combine(PlombaProgram.Repository, "artifacts", "bin", "Plomba.Registry.PushWorker", "debug", "Plomba.Registry.PushWorker");
        using var kill = new CancellationTokenSource();
        var running = ChildProcess.RunAsync(worker, [Data, acknowledgements, round.ToString(CultureInfo.InvariantCulture)], cancellation: kill.Token);
        var starting = Stopwatch.StartNew();

        // Every fifth dies while it starts, perhaps in the middle of making the index again.
        while (round % 5 != 4 && !File.Exists(acknowledgements) && !running.IsCompleted && starting.Elapsed < TimeSpan.FromSeconds(20))
            await Task.Delay(2);
        await Task.Delay(_random.Next(0, 250));
        await kill.CancelAsync();
        try
        {
            var result = await running;
            Assert.Fail($"the server ended by itself: {result.Errors}");
        }
        catch (OperationCanceledException)
        {
            // Killed.
        }
    }

    private void DamageIndex(int round)
    {
        var index = Path.Combine(Data, "index.db");
        switch (round / 7 % 3)
        {
            case 0:
                File.Delete(index);
                break;
            case 1:
                using (var file = File.OpenHandle(index, FileMode.Open, FileAccess.ReadWrite))
                    RandomAccess.SetLength(file, _random.NextInt64(RandomAccess.GetLength(file)));
                break;
            default:
                var rubbish = new byte[20_000];
                _random.NextBytes(rubbish);
                DurableFile.Write(index, rubbish);
                break;
        }
    }

    private async Task CheckAsync(string[] acknowledged)
    {
        await using var catalog = await OpenCatalogAsync();
        using var blobs = OpenBlobs();
        Assert.Null(catalog.WritesRefused);
        var committing = acknowledged.Where(l => l.StartsWith("committing ", StringComparison.Ordinal)).Select(l => l[11..]).ToHashSet(StringComparer.Ordinal);
        var untagged = acknowledged.Where(l => l.StartsWith("untag ", StringComparison.Ordinal)).Select(l => l[6..]).ToHashSet(StringComparer.Ordinal);
        foreach (var line in acknowledged)
        {
            var words = line.Split(' ');
            switch (words[0])
            {
                case "chunk" when !committing.Contains(words[3]):
                    await CheckUploadAsync(blobs, new UploadOwner(words[1], Repository(words[2])), words[3], words[4]);
                    break;
                case "blob":
                    Assert.Equal(words[3], catalog.BlobSize(Repository(words[1]), DigestOf(words[2]))?.ToString(CultureInfo.InvariantCulture));
                    Assert.Equal(words[3], (await blobs.StatAsync(DigestOf(words[2])))?.Size.ToString(CultureInfo.InvariantCulture));
                    break;
                case "manifest":
                    Assert.NotNull(catalog.FindManifest(Repository(words[1]), DigestOf(words[2])));
                    if (untagged.Contains($"{words[1]} {words[3]}"))
                        Assert.Null(catalog.FindManifest(Repository(words[1]), TagOf(words[3])));
                    else if (catalog.FindManifest(Repository(words[1]), TagOf(words[3])) is { } tagged)
                        Assert.Equal(words[2], tagged.Digest.Text);
                    else
                        Assert.True(IsLastTagOf(words, acknowledged), $"{line}: the tag is gone");
                    break;
                case "signature":
                    Assert.Contains(
                        catalog.ListSignatures(Repository(words[1]), DigestOf(words[2])), s => Digest.Sha256(s.Content.Span).Text == words[3]);
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>A client's very last tag may be deleted already, the acknowledgement of that being lost with the process.</summary>
    private static bool IsLastTagOf(string[] words, string[] acknowledged) =>
        acknowledged.Last(l => l.StartsWith($"manifest {words[1]} ", StringComparison.Ordinal)).EndsWith($" {words[3]}", StringComparison.Ordinal)
        && int.Parse(words[3].Split('-')[1], CultureInfo.InvariantCulture) % 3 == 2;

    private static async Task CheckUploadAsync(FileBlobStore blobs, UploadOwner owner, string id, string length)
    {
        Assert.True(UploadId.TryParse(id, out var upload));
        var opened = Assert.IsType<UploadOpening.Opened>(await blobs.ResumeAsync(upload, owner));
        await using (opened.Upload)
            Assert.InRange(opened.Upload.Length, long.Parse(length, CultureInfo.InvariantCulture), long.MaxValue);
    }

    /// <summary>Everything visible is whole, hashed anew, and the next push works.</summary>
    private async Task CheckEverythingAsync()
    {
        File.Delete(Path.Combine(Data, "blobs", "verified.db"));
        await using var catalog = await OpenCatalogAsync();
        using var blobs = OpenBlobs();
        foreach (var repository in catalog.ListRepositories(null, 100))
        {
            foreach (var tag in catalog.ListTags(repository, null, 100_000))
            {
                var manifest = catalog.FindManifest(repository, tag);
                Assert.NotNull(manifest);
                var content = await blobs.ReadAsync(manifest.Digest, 10_000);
                Assert.Equal<long?>(manifest.Size, content?.Length);
            }
        }

        await foreach (var digest in blobs.EnumerateAsync())
            Assert.NotNull(await blobs.StatAsync(digest));
        Assert.Empty(Directory.GetFiles(Path.Combine(Data, "quarantine")));
        Assert.IsType<PutManifestResult.Created>(await catalog.PutManifestAsync(new PutManifest
        {
            Repository = Repository("afterwards"),
            Digest = Digest.Sha256("afterwards"u8),
            MediaType = MediaTypes.OciManifest,
            Size = 1,
            Actor = new Actor("maker", null),
        }));
    }

    private async Task<ICatalog> OpenCatalogAsync() => Assert.IsType<CatalogOpening.Opened>(await JournaledCatalog.OpenAsync(
        new CatalogOptions { Directory = Data, SegmentSize = 64 * 1024 }, TimeProvider.System, NullLogger<JournaledCatalog>.Instance)).Catalog;

    private FileBlobStore OpenBlobs() =>
        new(new FileBlobStoreOptions { Directory = Data }, TimeProvider.System, NullLogger<FileBlobStore>.Instance);

    private static Digest DigestOf(string text) => Digest.TryParse(text, out var digest) ? digest : throw new ArgumentException(text, nameof(text));

    private static Tag TagOf(string text) => Tag.TryParse(text, out var tag) ? tag : throw new ArgumentException(text, nameof(text));

    private static RepositoryName Repository(string text) =>
        RepositoryName.TryParse(text, out var name) ? name : throw new ArgumentException(text, nameof(text));
}
