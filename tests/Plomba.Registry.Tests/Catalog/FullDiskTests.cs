using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Plomba.Files;
using Plomba.Images;
using Plomba.Registry.Blobs;
using Plomba.Registry.Catalog;

namespace Plomba.Registry.Tests.Catalog;

/// <summary>The disk is really full: a small ext4 file system on a loop device.</summary>
public sealed class FullDiskTests : IAsyncLifetime
{
    private static readonly Actor Maker = new("maker", null);
    private static readonly RepositoryName Alt = RepositoryName.TryParse("alt/alt", out var name) ? name : default;

    private readonly TemporaryDirectory _directory = new();
    private LoopDevice? _device;

    private string Data => _directory.Combine("mount", "data");

    private string Ballast => _directory.Combine("mount", "ballast");

    public async ValueTask InitializeAsync()
    {
        if (LoopDevice.IsPossible)
            _device = await LoopDevice.CreateAsync(_directory.Combine("image"), 32 * 1024 * 1024, _directory.Combine("mount"));
    }

    [Fact]
    public async Task A_full_disk_fails_pushes_with_its_reason_loses_nothing_and_service_returns_with_space()
    {
        Assert.SkipWhen(_device is null, LoopDevice.Reason);
        await using (var catalog = await OpenCatalogAsync())
        {
            using var blobs = OpenBlobs();
            var before = await PushAsync(blobs, catalog, 0);
            Fill();
            var (pushed, refusal) = await PushUntilRefusedAsync(blobs, catalog);
            Assert.Equal(StorageFailure.Full, refusal.Failure);
            Assert.Null(catalog.WritesRefused);
            await AssertServedAsync(blobs, catalog, [before, .. pushed]);

            File.Delete(Ballast);
            var after = await PushAsync(blobs, catalog, 10_000);
            await AssertServedAsync(blobs, catalog, [before, .. pushed, after]);
        }

        await using var again = await OpenCatalogAsync();
        Assert.Null(again.WritesRefused);
        Assert.NotNull(again.FindManifest(Alt, TagOf(10_000)));
    }

    [Fact]
    public async Task An_upload_that_met_a_full_disk_goes_on_when_there_is_space()
    {
        Assert.SkipWhen(_device is null, LoopDevice.Reason);
        using var blobs = OpenBlobs();
        Fill(keep: 1_000_000);
        var content = RandomNumberGenerator.GetBytes(4_000_000);
        await using var upload = await blobs.BeginAsync(new UploadOwner("", Alt));
        var full = await Assert.ThrowsAsync<StorageException>(async () => await upload.AppendAsync(new MemoryStream(content)));
        Assert.Equal(StorageFailure.Full, full.Failure);
        File.Delete(Ballast);
        await upload.AppendAsync(new MemoryStream(content, (int)upload.Length, content.Length - (int)upload.Length));
        Assert.IsType<CommitResult.Committed>(await upload.CommitAsync(Digest.Sha256(content)));
    }

    public async ValueTask DisposeAsync()
    {
        if (_device is not null)
            await _device.DisposeAsync();
        _directory.Dispose();
    }

    private static async Task<(List<Digest> Pushed, StorageException Refusal)> PushUntilRefusedAsync(FileBlobStore blobs, ICatalog catalog)
    {
        var pushed = new List<Digest>();
        for (var i = 1; i < 5000; i++)
        {
            try
            {
                pushed.Add(await PushAsync(blobs, catalog, i));
            }
            catch (StorageException e)
            {
                // Changes of the catalog are refused as well, and refused again.
                for (var attempt = 0; attempt < 3; attempt++)
                    await TryFillCatalogAsync(catalog);
                return (pushed, e);
            }
        }

        throw new InvalidOperationException("the disk did not become full");
    }

    private static async Task TryFillCatalogAsync(ICatalog catalog)
    {
        for (var i = 0; i < 200; i++)
        {
            try
            {
                await catalog.AddSignatureAsync(new AddSignature
                {
                    Repository = Alt,
                    Manifest = Digest.Sha256(BitConverter.GetBytes(i)),
                    Content = RandomNumberGenerator.GetBytes(50_000),
                    Actor = Maker,
                    Origin = SignatureOrigin.Extension,
                });
            }
            catch (StorageException e)
            {
                Assert.Equal(StorageFailure.Full, e.Failure);
                return;
            }
        }

        Assert.Fail("200 signatures of 50 KB went into a full disk");
    }

    private static async Task<Digest> PushAsync(FileBlobStore blobs, ICatalog catalog, int number)
    {
        var content = RandomNumberGenerator.GetBytes(5_000);
        var digest = Digest.Sha256(content);
        Assert.True(await blobs.PutAsync(digest, content));
        await catalog.PutManifestAsync(new PutManifest
        {
            Repository = Alt,
            Digest = digest,
            MediaType = MediaTypes.OciManifest,
            Size = content.Length,
            Tags = [TagOf(number)],
            Actor = Maker,
        });
        return digest;
    }

    private static async Task AssertServedAsync(FileBlobStore blobs, ICatalog catalog, List<Digest> digests)
    {
        foreach (var digest in digests)
        {
            Assert.NotNull(catalog.FindManifest(Alt, digest));
            Assert.NotNull(await blobs.ReadAsync(digest, 10_000));
        }
    }

    private void Fill(long keep = 300_000)
    {
        var free = new DriveInfo(_directory.Combine("mount")).AvailableFreeSpace;
        using var ballast = File.OpenHandle(Ballast, FileMode.CreateNew, FileAccess.Write, preallocationSize: 0);
        var block = new byte[64 * 1024];
        for (long at = 0; at < free - keep; at += block.Length)
            RandomAccess.Write(ballast, block, at);
        RandomAccess.FlushToDisk(ballast);
    }

    private async Task<ICatalog> OpenCatalogAsync() => Assert.IsType<CatalogOpening.Opened>(await JournaledCatalog.OpenAsync(
        new CatalogOptions { Directory = Data }, TimeProvider.System, NullLogger<JournaledCatalog>.Instance)).Catalog;

    private FileBlobStore OpenBlobs() =>
        new(new FileBlobStoreOptions { Directory = Data }, TimeProvider.System, NullLogger<FileBlobStore>.Instance);

    private static Tag TagOf(int number) => Tag.TryParse($"v{number}", out var tag) ? tag : default;
}
