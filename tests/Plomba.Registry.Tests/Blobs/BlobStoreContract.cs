using System.Security.Cryptography;
using Plomba.Images;
using Plomba.Registry.Blobs;

namespace Plomba.Registry.Tests.Blobs;

/// <summary>What every blob store must do. An implementation derives from it and opens itself.</summary>
public abstract class BlobStoreContract
{
    protected static readonly UploadOwner Owner = new("maker", Repository("alt/alt"));

    /// <summary>A view of one and the same store; each call may be another process.</summary>
    protected abstract IBlobStore Open();

    [Fact]
    public async Task What_was_put_is_read_back()
    {
        var content = Random(100_000);
        var digest = Digest.Sha256(content);
        Assert.True(await Open().PutAsync(digest, content));
        Assert.Equal(new BlobStat(100_000), await Open().StatAsync(digest));
        Assert.Equal(content, (await Open().ReadAsync(digest, 1_000_000))?.ToArray());
    }

    [Fact]
    public async Task Content_with_another_digest_is_not_stored()
    {
        var digest = Digest.Sha256("announced"u8);
        Assert.False(await Open().PutAsync(digest, "other"u8.ToArray()));
        Assert.Null(await Open().StatAsync(digest));
    }

    [Fact]
    public async Task A_blob_that_was_never_stored_is_absent()
    {
        var store = Open();
        var digest = Digest.Sha256("nothing"u8);
        Assert.Null(await store.StatAsync(digest));
        Assert.Null(await store.OpenAsync(digest));
        Assert.Null(await store.ReadAsync(digest, 100));
        Assert.False(await store.DeleteAsync(digest));
    }

    [Fact]
    public async Task An_empty_blob_is_a_blob()
    {
        var digest = Digest.Sha256([]);
        Assert.True(await Open().PutAsync(digest, default));
        Assert.Equal(new BlobStat(0), await Open().StatAsync(digest));
        await using var reader = await Open().OpenAsync(digest);
        Assert.NotNull(reader);
        await reader.CopyToAsync(Stream.Null, 0, 0);
    }

    [Theory]
    [InlineData("sha256")]
    [InlineData("sha384")]
    [InlineData("sha512")]
    public async Task An_upload_is_committed_under_every_algorithm(string algorithm)
    {
        var content = Random(3_000_000);
        var digest = DigestOf(algorithm, content);
        var store = Open();
        await using (var upload = await store.BeginAsync(Owner, digest))
        {
            Assert.Equal(new AppendResult(content.Length, false), await upload.AppendAsync(new MemoryStream(content)));
            Assert.Equal(new CommitResult.Committed(content.Length), await upload.CommitAsync(digest));
        }

        Assert.Equal(content, await ReadAllAsync(store, digest));
    }

    [Fact]
    public async Task An_upload_begun_without_a_digest_can_be_committed_as_sha512()
    {
        var content = Random(700_000);
        var digest = DigestOf("sha512", content);
        await using var upload = await Open().BeginAsync(Owner);
        await upload.AppendAsync(new MemoryStream(content));
        Assert.IsType<CommitResult.Committed>(await upload.CommitAsync(digest));
    }

    [Fact]
    public async Task An_upload_with_another_digest_is_thrown_away_and_says_what_it_was()
    {
        var store = Open();
        var announced = Digest.Sha256("announced"u8);
        var upload = await store.BeginAsync(Owner);
        await upload.AppendAsync(new MemoryStream("other"u8.ToArray()));
        Assert.Equal(new CommitResult.DigestMismatch(Digest.Sha256("other"u8)), await upload.CommitAsync(announced));
        await upload.DisposeAsync();
        Assert.Null(await store.StatAsync(announced));
        Assert.IsType<UploadOpening.Unknown>(await store.ResumeAsync(upload.Id, Owner));
    }

    [Fact]
    public async Task Chunks_of_several_requests_and_processes_make_one_blob()
    {
        var content = Random(1_000_000);
        UploadId id;
        await using (var first = await Open().BeginAsync(Owner))
        {
            await first.AppendAsync(new MemoryStream(content[..300_000]));
            id = first.Id;
        }

        await using (var second = await ResumeAsync(Open(), id))
        {
            Assert.Equal(300_000, second.Length);
            await second.AppendAsync(new MemoryStream(content[300_000..900_000]));
        }

        await using var third = await ResumeAsync(Open(), id);
        await third.AppendAsync(new MemoryStream(content[900_000..]));
        Assert.Equal(new CommitResult.Committed(content.Length), await third.CommitAsync(Digest.Sha256(content)));
    }

    [Fact]
    public async Task A_body_that_breaks_off_leaves_what_had_arrived()
    {
        var store = Open();
        var content = Random(500_000);
        var upload = await store.BeginAsync(Owner);
        await Assert.ThrowsAsync<IOException>(async () => await upload.AppendAsync(new BreakingStream(content, 400_000)));
        Assert.Equal(400_000, upload.Length);
        await upload.DisposeAsync();
        await using var resumed = await ResumeAsync(store, upload.Id);
        await resumed.AppendAsync(new MemoryStream(content[400_000..]));
        Assert.IsType<CommitResult.Committed>(await resumed.CommitAsync(Digest.Sha256(content)));
    }

    [Fact]
    public async Task A_body_longer_than_allowed_is_cut_at_the_limit_and_said_so()
    {
        await using var upload = await Open().BeginAsync(Owner);
        Assert.Equal(new AppendResult(10, true), await upload.AppendAsync(new MemoryStream(Random(11)), maximum: 10));
        Assert.Equal(10, upload.Length);
        Assert.Equal(new AppendResult(5, false), await upload.AppendAsync(new MemoryStream(Random(5)), maximum: 5));
    }

    [Fact]
    public async Task Another_users_or_repositorys_upload_is_unknown()
    {
        var store = Open();
        UploadId id;
        await using (var upload = await store.BeginAsync(Owner))
            id = upload.Id;
        Assert.IsType<UploadOpening.Unknown>(await store.ResumeAsync(id, Owner with { User = "other" }));
        Assert.IsType<UploadOpening.Unknown>(await store.ResumeAsync(id, Owner with { Repository = Repository("alt/other") }));
        Assert.IsType<UploadOpening.Unknown>(await store.ResumeAsync(UploadId.Random(), Owner));
        await (await ResumeAsync(store, id)).DisposeAsync();
    }

    [Fact]
    public async Task An_upload_in_use_is_busy_for_others()
    {
        await using var upload = await Open().BeginAsync(Owner);
        Assert.IsType<UploadOpening.Busy>(await Open().ResumeAsync(upload.Id, Owner));
    }

    [Fact]
    public async Task A_cancelled_upload_is_gone()
    {
        var store = Open();
        var upload = await store.BeginAsync(Owner);
        await upload.AppendAsync(new MemoryStream(Random(10)));
        await upload.CancelAsync();
        await upload.DisposeAsync();
        Assert.IsType<UploadOpening.Unknown>(await store.ResumeAsync(upload.Id, Owner));
    }

    [Fact]
    public async Task Abandoned_uploads_are_swept_and_used_ones_stay()
    {
        var store = Open();
        var abandoned = await store.BeginAsync(Owner);
        await abandoned.DisposeAsync();
        await using var used = await store.BeginAsync(Owner);
        Assert.Equal(0, await store.SweepUploadsAsync(TimeSpan.FromHours(1)));
        Assert.Equal(1, await store.SweepUploadsAsync(TimeSpan.FromHours(-1)));
        Assert.IsType<UploadOpening.Unknown>(await store.ResumeAsync(abandoned.Id, Owner));
        await used.AppendAsync(new MemoryStream(Random(10)));
    }

    [Fact]
    public async Task Any_range_of_a_blob_can_be_copied()
    {
        var content = Random(1_000_000);
        var digest = await PutAsync(Open(), content);
        await using var reader = await Open().OpenAsync(digest);
        Assert.NotNull(reader);
        foreach (var (offset, count) in ((int, int)[])[(0, 1), (0, 1_000_000), (999_999, 1), (123_456, 600_000), (1_000_000, 0)])
        {
            var copy = new MemoryStream();
            await reader.CopyToAsync(copy, offset, count);
            Assert.Equal(content[offset..(offset + count)], copy.ToArray());
        }

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await reader.CopyToAsync(Stream.Null, 0, 1_000_001));
    }

    [Fact]
    public async Task A_pipe_gets_the_same_bytes_as_a_stream()
    {
        var content = Random(1_000_000);
        var digest = await PutAsync(Open(), content);
        await using var reader = await Open().OpenAsync(digest);
        var pipe = new System.IO.Pipelines.Pipe();
        var copying = Task.Run(async () =>
        {
            await reader!.CopyToAsync(pipe.Writer, 0, content.Length);
            await pipe.Writer.CompleteAsync();
        });
        var copy = new MemoryStream();
        await pipe.Reader.AsStream().CopyToAsync(copy);
        await copying;
        Assert.Equal(content, copy.ToArray());
    }

    [Fact]
    public async Task A_deleted_blob_is_absent_at_once_and_an_open_reader_goes_on()
    {
        var store = Open();
        var content = Random(100_000);
        var digest = await PutAsync(store, content);
        await using var reader = await store.OpenAsync(digest);
        Assert.True(await store.DeleteAsync(digest));
        Assert.Null(await store.StatAsync(digest));
        Assert.Null(await store.ReadAsync(digest, 1_000_000));
        var copy = new MemoryStream();
        await reader!.CopyToAsync(copy, 0, content.Length);
        Assert.Equal(content, copy.ToArray());
    }

    [Fact]
    public async Task All_blobs_are_listed()
    {
        var store = Open();
        var expected = new HashSet<Digest>();
        for (var i = 0; i < 20; i++)
            expected.Add(await PutAsync(store, Random(100)));
        Assert.Equal(expected, [.. await store.EnumerateAsync().ToListAsync()]);
    }

    [Fact]
    public async Task Many_who_put_the_same_blob_at_once_all_succeed()
    {
        var content = Random(200_000);
        var digest = Digest.Sha256(content);
        var stores = new[] { Open(), Open() };
        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(async () => await stores[i % 2].PutAsync(digest, content))));
        Assert.All(results, Assert.True);
        Assert.Equal(content, await ReadAllAsync(stores[0], digest));
    }

    protected static async Task<Digest> PutAsync(IBlobStore store, byte[] content)
    {
        var digest = Digest.Sha256(content);
        Assert.True(await store.PutAsync(digest, content));
        return digest;
    }

    protected static async Task<IUpload> ResumeAsync(IBlobStore store, UploadId id) =>
        Assert.IsType<UploadOpening.Opened>(await store.ResumeAsync(id, Owner)).Upload;

    protected static async Task<byte[]?> ReadAllAsync(IBlobStore store, Digest digest)
    {
        await using var reader = await store.OpenAsync(digest);
        if (reader is null)
            return null;
        var copy = new MemoryStream();
        await reader.CopyToAsync(copy, 0, reader.Length);
        return copy.ToArray();
    }

    protected static byte[] Random(int size) => RandomNumberGenerator.GetBytes(size);

    protected static RepositoryName Repository(string text) => RepositoryName.TryParse(text, out var name) ? name : throw new ArgumentException(text, nameof(text));

    private static Digest DigestOf(string algorithm, byte[] content) => algorithm switch
    {
        "sha256" => Digest.Sha256(content),
        "sha384" => Digest.FromHash(algorithm, SHA384.HashData(content)),
        _ => Digest.FromHash(algorithm, SHA512.HashData(content)),
    };

    private sealed class BreakingStream(byte[] content, int at) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position >= at
                ? throw new IOException("the client has gone")
                : base.ReadAsync(buffer[..(int)Math.Min(buffer.Length, at - Position)], cancellationToken);
    }
}
