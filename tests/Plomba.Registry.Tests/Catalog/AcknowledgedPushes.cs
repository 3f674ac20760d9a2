using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Plomba.Images;
using Plomba.Registry.Blobs;
using Plomba.Registry.Catalog;
using Plomba.Testing;

namespace Plomba.Registry.Tests.Catalog;

/// <summary>Looks in a data directory for what the push worker was told to be done.</summary>
internal sealed class AcknowledgedPushes(string data)
{
    /// <summary>The program that pushes until it is killed.</summary>
    public static string Worker => Path.Combine(
        PlombaProgram.Repository, "artifacts", "bin", "Plomba.Registry.PushWorker", new DirectoryInfo(AppContext.BaseDirectory).Name, "Plomba.Registry.PushWorker");

    /// <summary>Every acknowledged line holds.</summary>
    /// <param name="acknowledged">What the worker wrote down.</param>
    /// <param name="afterPowerLoss">Unfinished uploads are promised to survive the process, not the machine.</param>
    public async Task CheckAsync(string[] acknowledged, bool afterPowerLoss = false)
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
                case "chunk" when !afterPowerLoss && !committing.Contains(words[3]):
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
    public async Task CheckEverythingAsync()
    {
        File.Delete(Path.Combine(data, "blobs", "verified.db"));
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
        Assert.Empty(Directory.GetFiles(Path.Combine(data, "quarantine")));
        Assert.IsType<PutManifestResult.Created>(await catalog.PutManifestAsync(new PutManifest
        {
            Repository = Repository("afterwards"),
            Digest = Digest.Sha256("afterwards"u8),
            MediaType = MediaTypes.OciManifest,
            Size = 1,
            Actor = new Actor("maker", null),
        }));
    }

    private async Task<ICatalog> OpenCatalogAsync()
    {
        var opening = await JournaledCatalog.OpenAsync(
            new CatalogOptions { Directory = data, SegmentSize = 64 * 1024 }, TimeProvider.System, NullLogger<JournaledCatalog>.Instance);
        Assert.True(opening is CatalogOpening.Opened, $"{opening}");
        return ((CatalogOpening.Opened)opening).Catalog;
    }

    private FileBlobStore OpenBlobs() =>
        new(new FileBlobStoreOptions { Directory = data }, TimeProvider.System, NullLogger<FileBlobStore>.Instance);

    private static Digest DigestOf(string text) => Digest.TryParse(text, out var digest) ? digest : throw new ArgumentException(text, nameof(text));

    private static Tag TagOf(string text) => Tag.TryParse(text, out var tag) ? tag : throw new ArgumentException(text, nameof(text));

    private static RepositoryName Repository(string text) =>
        RepositoryName.TryParse(text, out var name) ? name : throw new ArgumentException(text, nameof(text));
}
