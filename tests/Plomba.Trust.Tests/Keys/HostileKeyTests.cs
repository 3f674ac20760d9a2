using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using Plomba.Trust.Keys;

namespace Plomba.Trust.Tests.Keys;

/// <summary>Keys made to keep a machine busy: absurd numbers, and thousands of signatures that have to be verified.</summary>
public sealed class HostileKeyTests
{
    private const byte Rsa = 1;
    private const byte Dsa = 17;

    [Theory]
    [InlineData(499)]
    [InlineData(2_400)]
    public void An_RSA_key_with_an_absurd_exponent_costs_little(int signatures) =>
        CostsLittle(Key(Rsa, [.. Number(3072), .. Number(3072)], signatures, Number(3071)));

    [Theory]
    [InlineData(499)]
    [InlineData(4_000)]
    public void A_DSA_key_with_absurd_numbers_costs_little(int signatures) =>
        CostsLittle(Key(Dsa, [.. Number(16384), .. Number(256), .. Number(16383), .. Number(16383)], signatures, [.. Number(255), .. Number(255)]));

    [Fact]
    public void A_key_may_not_say_thousands_of_things_of_itself()
    {
        var key = Key(Rsa, [.. Number(2048), 0, 17, 1, 0, 1], 501, Number(2047));
        Assert.False(KeyFile.TryRead(key, DateTimeOffset.UnixEpoch.AddYears(60), out _, out var error));
        Assert.Contains("more than 500", error, StringComparison.Ordinal);
    }

    private static void CostsLittle(byte[] key)
    {
        var watch = Stopwatch.StartNew();
        Assert.False(KeyFile.TryRead(key, DateTimeOffset.UnixEpoch.AddYears(60), out _, out _));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(3), $"{watch.Elapsed}");
    }

    private static byte[] Key(byte algorithm, byte[] numbers, int signatures, byte[] signature)
    {
        byte[] body = [4, .. BigEndian(1_500_000_000), algorithm, .. numbers];
        // The fingerprint of a version 4 key is a SHA-1.
#pragma warning disable CA5350
        var fingerprint = SHA1.HashData([0x99, (byte)(body.Length >> 8), (byte)body.Length, .. body]);
#pragma warning restore CA5350
        byte[] certification = [4, 0x13, algorithm, 8, 0, 6, 5, 2, .. BigEndian(1_500_000_001), 0, 10, 9, 16, .. fingerprint[12..], 0, 0, .. signature];
        var file = new MemoryStream();
        file.Write([.. Packet(6, body), .. Packet(13, "evil"u8.ToArray())]);
        for (var i = 0; i < signatures; i++)
            file.Write(Packet(2, certification));
        return file.ToArray();
    }

    private static byte[] Packet(int tag, byte[] body) => [(byte)(0xC0 | tag), 0xFF, .. BigEndian((uint)body.Length), .. body];

    private static byte[] Number(int bits)
    {
        var bytes = RandomNumberGenerator.GetBytes((bits + 7) / 8);
        var top = (bits - 1) % 8;
        bytes[0] = (byte)((bytes[0] & ((1 << top) - 1)) | (1 << top));
        bytes[^1] |= 1;
        return [(byte)(bits >> 8), (byte)bits, .. bytes];
    }

    private static byte[] BigEndian(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }
}
