using System.IO.Compression;
using System.Security.Cryptography;
using Plomba.Trust.OpenPgp;
using Plomba.Trust.SimpleSigning;

namespace Plomba.Trust.Tests.SimpleSigning;

/// <summary>Messages within compressed data, which anybody can take apart and put together again.</summary>
public sealed class CompressedMessageTests : GpgvTests
{
    [Theory]
    [InlineData("none")]
    [InlineData("zip")]
    [InlineData("zlib")]
    [InlineData("bzip2")]
    public async Task Every_compression_is_read(string compression)
    {
        var key = await NewKeyAsync(Name);
        await BothAccept(key, await Gpg.SignAsync(Content, key, null, "--compress-algo", compression));
        await BothAccept(key, await Gpg.SignAsync(new byte[100_000], key, null, "--compress-algo", compression));
    }

    [Theory]
    [InlineData("zip")]
    [InlineData("zlib")]
    [InlineData("bzip2")]
    public async Task Compressed_data_that_ends_too_soon_is_refused_even_when_the_message_in_it_is_whole(string compression)
    {
        var key = await NewKeyAsync(Name);
        var keyring = Mechanism.Import([new KeySource("key", await ExportAsync(key))]);
        var message = await Gpg.SignAsync(Content, key, null, "--compress-algo", compression);
        Assert.True(keyring.Verify(message).IsGood);
        for (var missing = 1; missing <= 8; missing++)
            Assert.False(keyring.Verify(message.AsMemory(0, message.Length - missing)).IsGood, $"{missing} bytes are missing");
    }

    [Theory]
    [InlineData("zip", 1)]
    [InlineData("zip", 20_000)]
    [InlineData("zlib", 1)]
    [InlineData("zlib", 20_000)]
    [InlineData("bzip2", 1)]
    [InlineData("bzip2", 20_000)]
    public async Task Nothing_may_lie_behind_the_end_of_the_compressed_data(string compression, int more)
    {
        var key = await NewKeyAsync(Name);
        var keyring = Mechanism.Import([new KeySource("key", await ExportAsync(key))]);
        ReadOnlyMemory<byte> rest = await Gpg.SignAsync(Content, key, null, "--compress-algo", compression);
        var packet = RawPacket.ReadNext(ref rest);
        var tail = new byte[more];
        foreach (var body in new[] { packet.Body.ToArray(), [.. packet.Body.Span, .. tail] })
        {
            var isWhole = body.Length == packet.Body.Length;
            // Old format without a length, and new format with one.
            Assert.Equal(isWhole, keyring.Verify(new byte[] { 0xA3 }.Concat(body).ToArray()).IsGood);
            Assert.Equal(isWhole, keyring.Verify((packet with { Body = body }).Framed()).IsGood);
        }
    }

    [Fact]
    public async Task Compressed_data_of_any_length_is_read_to_its_end_and_no_further()
    {
        var key = await NewKeyAsync(Name);
        var keyring = Mechanism.Import([new KeySource("key", await ExportAsync(key))]);
        var message = await Gpg.SignAsync(RandomNumberGenerator.GetBytes(9_000), key, null, "--compress-algo", "none");
        byte[] marker = [0xCA, 3, (byte)'P', (byte)'G', (byte)'P']; // ignored, however many there are
        for (var count = 0; count < 3_000; count += 97)
        {
            byte[] whole = [.. Enumerable.Repeat(marker, count).SelectMany(m => m), .. message];
            foreach (var (algorithm, level) in new[] { (1, CompressionLevel.NoCompression), (1, CompressionLevel.Fastest), (1, CompressionLevel.SmallestSize), (2, CompressionLevel.Optimal) })
            {
                var output = new MemoryStream();
                using (Stream deflate = algorithm == 1 ? new DeflateStream(output, level, leaveOpen: true) : new ZLibStream(output, level, leaveOpen: true))
                    deflate.Write(whole);
                byte[] packet = [0xA3, (byte)algorithm, .. output.ToArray()];
                Assert.True(keyring.Verify(packet).IsGood, $"{count} {algorithm} {level}");
                Assert.False(keyring.Verify(packet.AsMemory(0, packet.Length - 1)).IsGood, $"{count} {algorithm} {level}: cut");
                Assert.False(keyring.Verify(packet.Append((byte)0).ToArray()).IsGood, $"{count} {algorithm} {level}: longer");
            }
        }
    }

    [Fact]
    public async Task A_decompression_bomb_is_refused_without_filling_the_memory()
    {
        var key = await NewKeyAsync(Name);
        var message = await Gpg.SignAsync(new byte[200_000_000], key, null, "--compress-algo", "zlib", "-z", "9");
        Assert.True(message.Length < 1_000_000);
        var keyring = Mechanism.Import([new KeySource("key", await ExportAsync(key))]);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var check = keyring.Verify(message);

        Assert.Equal(SignatureReason.Malformed, check.Reason);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64_000_000);
    }
}
