using System.Net;
using Plomba.Images;

namespace Plomba.Registry.Tests.Api;

/// <summary>What is on disk is not believed, and what is wrong with it never reaches a client as a complete answer.</summary>
public sealed class DamageTests(OpenRegistryFixture fixture) : IClassFixture<OpenRegistryFixture>
{
    private readonly RunningRegistry _registry = fixture.Registry;

    [Theory]
    [InlineData(0)]
    [InlineData(500_000)]
    [InlineData(999_999)]
    public async Task A_blob_with_a_flipped_byte_is_never_served_whole_and_heals(int offset)
    {
        var (content, digest, file) = await PushAsync($"damage/flip{offset}", offset);
        var damaged = content.ToArray();
        damaged[offset] ^= 1;
        await File.WriteAllBytesAsync(file, damaged);
        await RefusedAsync($"damage/flip{offset}", digest);
        await _registry.PushBlobAsync($"damage/flip{offset}", content);
        Assert.Equal(content, await _registry.Http.GetByteArrayAsync($"/v2/damage/flip{offset}/blobs/{digest}"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(999_999)]
    public async Task A_blob_that_was_cut_is_not_there_and_heals(int length)
    {
        var (content, digest, file) = await PushAsync($"damage/cut{length}", length + 7);
        await File.WriteAllBytesAsync(file, content[..length]);
        await RefusedAsync($"damage/cut{length}", digest);
        using var head = await _registry.SendAsync("HEAD", $"/v2/damage/cut{length}/blobs/{digest}");
        Assert.Equal(HttpStatusCode.NotFound, head.StatusCode);
        await _registry.PushBlobAsync($"damage/cut{length}", content);
        Assert.Equal(content, await _registry.Http.GetByteArrayAsync($"/v2/damage/cut{length}/blobs/{digest}"));
    }

    [Fact]
    public async Task A_deleted_file_is_404_and_not_500()
    {
        var (_, digest, file) = await PushAsync("damage/gone", 3);
        File.Delete(file);
        await RefusedAsync("damage/gone", digest);
    }

    private async Task<(byte[] Content, Digest Digest, string File)> PushAsync(string repository, int seed)
    {
        var content = new byte[1_000_000];
        new Random(seed).NextBytes(content);
        var digest = await _registry.PushBlobAsync(repository, content);
        return (content, digest, Directory.EnumerateFiles(Path.Combine(_registry.DataDirectory, "blobs"), digest.Hex, SearchOption.AllDirectories).Single());
    }

    private async Task RefusedAsync(string repository, Digest digest)
    {
        using var answer = await _registry.SendAsync("GET", $"/v2/{repository}/blobs/{digest}");
        await RunningRegistry.RefusedAsync(answer, HttpStatusCode.NotFound, "BLOB_UNKNOWN");
    }
}
