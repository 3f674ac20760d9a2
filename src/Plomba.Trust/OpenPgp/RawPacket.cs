using System.Buffers.Binary;
using Org.BouncyCastle.Bcpg;

namespace Plomba.Trust.OpenPgp;

/// <summary>One packet as it lies on the wire: its tag, and its body put together from partial lengths.</summary>
internal readonly record struct RawPacket(PacketTag Tag, ReadOnlyMemory<byte> Body)
{
    /// <summary>
    /// Cuts the first packet off <paramref name="rest"/> (RFC 4880 §4.2). Strict: every length is inside the input, and
    /// only data packets have partial or indeterminate lengths.
    /// </summary>
    /// <exception cref="OpenPgpException">What is there is no packet.</exception>
    public static RawPacket ReadNext(ref ReadOnlyMemory<byte> rest)
    {
        var header = Take(ref rest, 1).Span[0];
        if ((header & 0x80) == 0)
            throw new OpenPgpException(Text.Say($"no OpenPGP packet starts with byte 0x{header:x2}"));
        return (header & 0x40) == 0
            ? ReadOld((PacketTag)((header >> 2) & 0x0F), header & 3, ref rest)
            : ReadNew((PacketTag)(header & 0x3F), ref rest);
    }

    /// <summary>The packet with a header of the new format in front: what BouncyCastle's parser wants to see.</summary>
    public byte[] Framed()
    {
        var framed = new byte[6 + Body.Length];
        framed[0] = (byte)(0xC0 | (int)Tag);
        framed[1] = 0xFF;
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(2), Body.Length);
        Body.CopyTo(framed.AsMemory(6));
        return framed;
    }

    private static RawPacket ReadOld(PacketTag tag, int lengthType, ref ReadOnlyMemory<byte> rest)
    {
        if (lengthType == 3)
        {
            RequireData(tag);
            return new RawPacket(tag, Take(ref rest, rest.Length));
        }

        var bytes = Take(ref rest, 1 << lengthType).Span;
        var length = lengthType switch
        {
            0 => bytes[0],
            1 => BinaryPrimitives.ReadUInt16BigEndian(bytes),
            _ => BinaryPrimitives.ReadUInt32BigEndian(bytes),
        };
        return new RawPacket(tag, Take(ref rest, length));
    }

    private static RawPacket ReadNew(PacketTag tag, ref ReadOnlyMemory<byte> rest)
    {
        var (length, partial) = ReadNewLength(ref rest);
        if (!partial)
            return new RawPacket(tag, Take(ref rest, length));
        RequireData(tag);
        var body = new MemoryStream();
        while (partial)
        {
            body.Write(Take(ref rest, length).Span);
            (length, partial) = ReadNewLength(ref rest);
        }

        body.Write(Take(ref rest, length).Span);
        return new RawPacket(tag, body.ToArray());
    }

    private static (uint Length, bool Partial) ReadNewLength(ref ReadOnlyMemory<byte> rest)
    {
        var first = Take(ref rest, 1).Span[0];
        return first switch
        {
            < 192 => (first, false),
            < 224 => ((uint)((first - 192) << 8) + Take(ref rest, 1).Span[0] + 192, false),
            255 => (BinaryPrimitives.ReadUInt32BigEndian(Take(ref rest, 4).Span), false),
            _ => (1u << (first & 0x1F), true),
        };
    }

    private static void RequireData(PacketTag tag)
    {
        if (tag is not (PacketTag.LiteralData or PacketTag.CompressedData or PacketTag.SymmetricKeyEncrypted or PacketTag.SymmetricEncryptedIntegrityProtected))
            throw new OpenPgpException(Text.Say($"packet {(int)tag} has no definite length"));
    }

    private static ReadOnlyMemory<byte> Take(ref ReadOnlyMemory<byte> rest, long count)
    {
        if (count > rest.Length)
            throw new OpenPgpException(Text.Say("the data ends inside a packet"));
        var taken = rest[..(int)count];
        rest = rest[(int)count..];
        return taken;
    }
}
