using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Plomba.Files;
using Plomba.Images;
using Plomba.Registry.Blobs;

namespace Plomba.Registry.Tests.Blobs;

/// <summary>Prints how fast the blob store is on this machine; it asserts answers, not times.</summary>
public sealed class BlobFigures : IDisposable
{
    private const int Large = 100_000_000;
    private readonly TemporaryDirectory _directory = new();
    private readonly ITestOutputHelper _output;
    private readonly FileBlobStore _store;

    public BlobFigures(ITestOutputHelper output)
    {
        _output = output;
        _store = new FileBlobStore(new FileBlobStoreOptions { Directory = _directory.Path }, TimeProvider.System, NullLogger<FileBlobStore>.Instance);
    }

    [Fact]
    public async Task Small_durable_blobs()
    {
        var times = new List<double>();
        for (var i = 0; i < 200; i++)
        {
            var content = RandomNumberGenerator.GetBytes(300);
            var clock = Stopwatch.StartNew();
            Assert.True(await _store.PutAsync(Digest.Sha256(content), content));
            times.Add(clock.Elapsed.TotalMilliseconds);
        }

        times.Sort();
        _output.WriteLine($"a durable blob of 300 bytes: median {times[100]:F2} ms, p99 {times[198]:F2} ms");
    }

    [Fact]
    public async Task A_large_blob_up_and_down()
    {
        Assert.SkipUnless(new DriveInfo(_directory.Path).AvailableFreeSpace > 8L * Large, "not enough disk space");
        var content = RandomNumberGenerator.GetBytes(Large);
        for (var i = 0; i < 3; i++)
        {
            content[0] = (byte)i;
            var digest = Digest.Sha256(content);
            var memory = GC.GetTotalAllocatedBytes();
            var cpu = Environment.CpuUsage.TotalTime;
            var clock = Stopwatch.StartNew();
            await using (var upload = await _store.BeginAsync(new UploadOwner("", default)
            {
                Repository = RepositoryName.TryParse("alt", out var name) ? name : default,
            }))
            {
                await upload.AppendAsync(new MemoryStream(content));
                var received = clock.Elapsed;
                Assert.IsType<CommitResult.Committed>(await upload.CommitAsync(digest));
                _output.WriteLine(
                    $"100 MB up: {Large / 1e6 / clock.Elapsed.TotalSeconds:F0} MB/s durable (commit {(clock.Elapsed - received).TotalMilliseconds:F0} ms), {(Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds:F0} ms of CPU, {(GC.GetTotalAllocatedBytes() - memory) / 1000} KB allocated");
            }

            clock.Restart();
            await using var reader = await _store.OpenAsync(digest);
            await reader!.CopyToAsync(Stream.Null, 0, Large);
            _output.WriteLine($"100 MB down: {Large / 1e6 / clock.Elapsed.TotalSeconds:F0} MB/s");
        }
    }

    public void Dispose()
    {
        _store.Dispose();
        _directory.Dispose();
    }
}
