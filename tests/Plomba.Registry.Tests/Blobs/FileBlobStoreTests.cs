using Microsoft.Extensions.Logging.Abstractions;
using Plomba.Files;
using Plomba.Images;
using Plomba.Registry.Blobs;

namespace Plomba.Registry.Tests.Blobs;

/// <summary>The contract on the file system.</summary>
public sealed class FileBlobStoreTests : BlobStoreContract, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly List<FileBlobStore> _opened = [];

    protected override IBlobStore Open() => Open(VerifyReads.OnChange);

    [Fact]
    public async Task A_blob_whose_bytes_were_flipped_is_never_served_and_goes_to_quarantine()
    {
        var store = Open();
        var digest = await PutAsync(store, Random(300_000));
        Damage(digest, 150_000);
        Assert.Null(await store.OpenAsync(digest));
        Assert.Null(await store.StatAsync(digest));
        Assert.Single(Directory.GetFiles(_directory.Combine("quarantine")), f => f.Contains(digest.Hex, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_damaged_blob_that_cannot_be_moved_away_is_not_served_either()
    {
        var store = Open();
        var digest = await PutAsync(store, Random(1000));
        Damage(digest, 5);
        Directory.Delete(_directory.Combine("quarantine"));
        Assert.Null(await store.OpenAsync(digest));
        Assert.Null(await store.OpenAsync(digest));
    }

    [Fact]
    public async Task A_manifest_that_was_read_before_is_not_served_from_memory_after_its_file_was_damaged()
    {
        var store = Open();
        var digest = await PutAsync(store, Random(500));
        Assert.NotNull(await store.ReadAsync(digest, 1000));
        Damage(digest, 100);
        Assert.Null(await store.ReadAsync(digest, 1000));
    }

    [Fact]
    public async Task A_stat_of_a_damaged_blob_says_absent_so_that_clients_push_it_again()
    {
        var store = Open();
        var digest = await PutAsync(store, Random(1000));
        Damage(digest, 1);
        Assert.Null(await store.StatAsync(digest));
    }

    [Fact]
    public async Task Pushing_a_damaged_blob_again_heals_it()
    {
        var content = Random(1000);
        var digest = await PutAsync(Open(), content);
        Damage(digest, 1);
        await using (var upload = await Open().BeginAsync(Owner))
        {
            await upload.AppendAsync(new MemoryStream(content));
            Assert.IsType<CommitResult.Committed>(await upload.CommitAsync(digest));
        }

        Assert.Equal(content, await ReadAllAsync(Open(), digest));
    }

    [Fact]
    public async Task A_blob_truncated_to_nothing_is_absent_after_a_restart_and_a_push_heals_it()
    {
        var content = Random(1000);
        var digest = await PutAsync(Open(), content);
        CloseAll();
        File.OpenHandle(PathOf(digest), FileMode.Truncate, FileAccess.Write).Dispose();
        Assert.Null(await Open().StatAsync(digest));
        Assert.Equal(digest, await PutAsync(Open(), content));
        Assert.Equal(content, await ReadAllAsync(Open(), digest));
    }

    [Fact]
    public async Task A_verification_is_remembered_over_a_restart()
    {
        var digest = await PutAsync(Open(), Random(1000));
        CloseAll();
        using var stamps = new VerifiedStamps(_directory.Combine("blobs", "verified.db"), TimeProvider.System, NullLogger.Instance);
        Assert.True(stamps.IsVerified(digest, FileStamp.Of(PathOf(digest))!.Value));
    }

    [Fact]
    public async Task A_cache_of_verifications_that_is_rubbish_costs_nothing_but_time()
    {
        var content = Random(1000);
        var digest = await PutAsync(Open(), content);
        CloseAll();
        DurableFile.Write(_directory.Combine("blobs", "verified.db"), Random(8192));
        Assert.Equal(content, await ReadAllAsync(Open(), digest));
    }

    [Fact]
    public async Task With_every_read_verified_damage_breaks_the_copy_off_before_its_last_block()
    {
        var store = Open(VerifyReads.Always);
        var digest = await PutAsync(store, Random(1_000_000));
        await using var reader = await store.OpenAsync(digest);
        Damage(digest, 10);
        var copy = new MemoryStream();
        await Assert.ThrowsAsync<BlobDamagedException>(async () => await reader!.CopyToAsync(copy, 0, 1_000_000));
        Assert.InRange(copy.Length, 0, 999_999);
        Assert.Null(await store.OpenAsync(digest));
    }

    [Fact]
    public async Task With_every_read_verified_not_one_byte_of_a_range_of_a_damaged_blob_leaves()
    {
        var store = Open(VerifyReads.Always);
        var digest = await PutAsync(store, Random(1_000_000));
        await using var reader = await store.OpenAsync(digest);
        Damage(digest, 999_999);
        var copy = new MemoryStream();
        await Assert.ThrowsAsync<BlobDamagedException>(async () => await reader!.CopyToAsync(copy, 0, 100));
        Assert.Equal(0, copy.Length);
    }

    [Fact]
    public async Task With_every_read_verified_a_whole_blob_is_served()
    {
        var store = Open(VerifyReads.Always);
        var content = Random(1_000_000);
        var digest = await PutAsync(store, content);
        Assert.Equal(content, await ReadAllAsync(store, digest));
        Assert.Equal(content, (await store.ReadAsync(digest, 1_000_000))?.ToArray());
    }

    [Fact]
    public async Task A_published_blob_cannot_be_changed_through_its_upload()
    {
        // The name is taken away between opening and locking: what was opened is no upload any more.
        var store = Open();
        var upload = await store.BeginAsync(Owner);
        await upload.AppendAsync(new MemoryStream(Random(100)));
        var path = Directory.GetFiles(_directory.Combine("uploads")).Single();
        await upload.DisposeAsync();
        DurableFile.Publish(path, _directory.Combine("elsewhere"));
        Assert.IsType<UploadOpening.Unknown>(await store.ResumeAsync(upload.Id, Owner));
    }

    [Fact]
    public async Task Other_accounts_of_the_host_cannot_look_into_the_store()
    {
        await PutAsync(Open(), Random(10));
        Assert.Equal(DurableFile.PrivateDirectoryMode, File.GetUnixFileMode(_directory.Combine("blobs")));
    }

    public void Dispose()
    {
        CloseAll();
        _directory.Dispose();
    }

    private FileBlobStore Open(VerifyReads verify)
    {
        var store = new FileBlobStore(
            new FileBlobStoreOptions { Directory = _directory.Path, VerifyReads = verify }, TimeProvider.System, NullLogger<FileBlobStore>.Instance);
        _opened.Add(store);
        return store;
    }

    private void CloseAll()
    {
        _opened.ForEach(store => store.Dispose());
        _opened.Clear();
    }

    private string PathOf(Digest digest) => _directory.Combine("blobs", digest.Algorithm, digest.Hex[..2], digest.Hex);

    private void Damage(Digest digest, long at)
    {
        using var file = File.OpenHandle(PathOf(digest), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        Span<byte> one = stackalloc byte[1];
        RandomAccess.Read(file, one, at);
        one[0] ^= 1;
        RandomAccess.Write(file, one, at);
    }
}
