using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Utilities.Zlib;
using Plomba.Trust.OpenPgp;
using PgpCompressedData = Org.BouncyCastle.Bcpg.OpenPgp.PgpCompressedData;

namespace Plomba.Trust.SimpleSigning;

/// <summary>
/// An inline-signed OpenPGP message (TRUST.md §4.2): exactly one signature over exactly one literal, perhaps compressed,
/// and nothing else. The file name, the date and the mode of the literal are not signed and not looked at.
/// </summary>
internal sealed class InlineMessage
{
    private InlineMessage(PgpSignature signature, ReadOnlyMemory<byte> content)
    {
        Signature = signature;
        Content = content;
    }

    public PgpSignature Signature { get; }

    /// <summary>What the signature is over.</summary>
    public ReadOnlyMemory<byte> Content { get; }

    /// <summary>Longest message after decompression, in bytes.</summary>
    public const int MaximumLength = 8 * 1024 * 1024;

    private const int MaximumNesting = 4;
    private const int MaximumPackets = 16;

    /// <summary>Reads the grammar; nothing is verified.</summary>
    /// <exception cref="OpenPgpException">It is anything but such a message; the text is for people.</exception>
    public static InlineMessage Read(ReadOnlyMemory<byte> message)
    {
        if (message.Length > StoredSignature.MaximumLength)
            throw new OpenPgpException(Text.Say($"the message is longer than {StoredSignature.MaximumLength} bytes"));
        if (message.IsEmpty)
            throw new OpenPgpException(Text.Say("No data: the message is empty"));
        return Read(PacketsOf(message));
    }

    private static List<RawPacket> PacketsOf(ReadOnlyMemory<byte> message)
    {
        try
        {
            return Packets(Unarmored(message), MaximumNesting);
        }
        catch (OpenPgpException e)
        {
            // The reference's words for what is no message at all, then ours.
            throw new OpenPgpException(Text.Say($"No data: {e.Message}"), e);
        }
    }

    private static InlineMessage Read(IReadOnlyList<RawPacket> packets)
    {
        var signatures = packets.Count(p => p.Tag == PacketTag.Signature);
        if (signatures != 1 || packets.Any(p => p.Tag is PacketTag.SymmetricKeyEncrypted or PacketTag.SymmetricEncryptedIntegrityProtected))
            throw new OpenPgpException($"Unexpected GPG signature count {signatures}");
        return packets switch
        {
            [{ Tag: PacketTag.OnePassSignature } first, { Tag: PacketTag.LiteralData } literal, { Tag: PacketTag.Signature } last] => OnePass(first, literal, last),
            [{ Tag: PacketTag.Signature } first, { Tag: PacketTag.LiteralData } literal] => new InlineMessage(PgpSignature.Read(first.Body), ContentOf(literal)),
            [{ Tag: PacketTag.Signature }] => throw new OpenPgpException("Invalid GPG signature: it is detached, without what it signs"),
            _ => throw new OpenPgpException(Text.Say("Bad data: not exactly one signature over exactly one literal")),
        };
    }

    private static InlineMessage OnePass(RawPacket first, RawPacket literal, RawPacket last)
    {
        var signature = PgpSignature.Read(last.Body);
        // Version 3, type, hash, key algorithm, key id, last-one flag.
        return first.Body.Span is [3, var type, var hash, var algorithm, _, _, _, _, _, _, _, _, not 0]
            && type == signature.Type
            && hash == (int)signature.HashAlgorithm
            && algorithm == (int)signature.KeyAlgorithm
            ? new InlineMessage(signature, ContentOf(literal))
            : throw new OpenPgpException(Text.Say("Bad data: the one-pass packet does not belong to the signature"));
    }

    // Mode, length of the file name, file name, date, content.
    private static ReadOnlyMemory<byte> ContentOf(RawPacket literal) => literal.Body.Span switch
    {
        [(byte)'b' or (byte)'t' or (byte)'u', var name, ..] when literal.Body.Length >= 6 + name => literal.Body[(6 + name)..],
        [(byte)'b' or (byte)'t' or (byte)'u', ..] => throw new OpenPgpException(Text.Say("Bad data: the data ends inside a literal")),
        _ => throw new OpenPgpException(Text.Say("Bad data: literal data of an unknown mode")),
    };

    private static ReadOnlyMemory<byte> Unarmored(ReadOnlyMemory<byte> message)
    {
        if (Armor.IsBinary(message.Span))
            return message;
        var blocks = Armor.Decode(message, Armor.Message).ToList();
        return blocks switch
        {
            [(var bytes, null)] => bytes,
            [(_, { } error)] => throw new OpenPgpException(error),
            [] => throw new OpenPgpException(Text.Say("neither OpenPGP packets nor an armored message")),
            _ => throw new OpenPgpException(Text.Say("more than one armored message")),
        };
    }

    private static List<RawPacket> Packets(ReadOnlyMemory<byte> rest, int nesting)
    {
        var packets = new List<RawPacket>();
        while (!rest.IsEmpty)
        {
            var packet = RawPacket.ReadNext(ref rest);
            // Marker packets must be ignored (RFC 4880 §5.8).
            if (packet.Tag != PacketTag.Marker)
                packets.Add(packet);
            if (packets.Count > MaximumPackets)
                throw new OpenPgpException(Text.Say("too many packets"));
        }

        if (packets is not [{ Tag: PacketTag.CompressedData } compressed])
            return packets;
        return nesting > 0 ? Packets(Decompress(compressed), nesting - 1) : throw new OpenPgpException(Text.Say("compressed too many times"));
    }

    private static ReadOnlyMemory<byte> Decompress(RawPacket packet) => OpenPgpException.Guard(Text.Say("malformed compressed data"), () =>
        (CompressionAlgorithmTag)packet.Body.Span[0] switch
        {
            CompressionAlgorithmTag.Uncompressed => packet.Body[1..],
            CompressionAlgorithmTag.Zip => Inflate(packet.Body[1..], isRaw: true),
            CompressionAlgorithmTag.ZLib => Inflate(packet.Body[1..], isRaw: false),
            CompressionAlgorithmTag.BZip2 => ReadBZip2(packet),
            var other => throw new OpenPgpException(Text.Say($"compression algorithm {(int)other} is unknown")),
        });

    // By the library that tells how much of its input it took: what lies behind the end must not go unseen, whether the
    // packet says where it ends or not. GnuPG sees it or not, depending on what happens to be in its buffers.
    private static ReadOnlyMemory<byte> Inflate(ReadOnlyMemory<byte> compressed, bool isRaw)
    {
        // A raw stream comes to its end only while there is another byte, which it does not take.
        var spare = isRaw ? 1 : 0;
        var (output, buffer) = (new MemoryStream(), new byte[8 * 1024]);
        var stream = new ZStream { next_in = [.. compressed.Span, .. new byte[spare]], avail_in = compressed.Length + spare, next_out = buffer };
        stream.inflateInit(isRaw);
        var result = JZlib.Z_OK;
        while (result == JZlib.Z_OK)
        {
            (stream.next_out_index, stream.avail_out) = (0, buffer.Length);
            result = stream.inflate(JZlib.Z_NO_FLUSH);
            Append(output, buffer.AsSpan(0, buffer.Length - stream.avail_out));
            if (stream.avail_in < spare || (result == JZlib.Z_OK && stream.avail_in == 0 && stream.avail_out > 0))
                throw new OpenPgpException(Text.Say("the compressed data ends too soon"));
        }

        if (result != JZlib.Z_STREAM_END)
            throw new OpenPgpException(result == JZlib.Z_BUF_ERROR ? Text.Say("the compressed data ends too soon") : Text.Say("the compressed data is damaged"));
        return stream.avail_in == spare ? ContentOf(output) : throw BehindTheEnd;
    }

    // This reader does not tell: data that is whole without its last byte had something behind its end.
    private static ReadOnlyMemory<byte> ReadBZip2(RawPacket packet)
    {
        var content = BZip2Content(packet);
        try
        {
            _ = BZip2Content(packet with { Body = packet.Body[..^1] });
        }
        catch (Exception e) when (e is not (OpenPgpException or OutOfMemoryException))
        {
            return content;
        }

        throw BehindTheEnd;
    }

    private static ReadOnlyMemory<byte> BZip2Content(RawPacket packet)
    {
        var (output, buffer) = (new MemoryStream(), new byte[8 * 1024]);
        using var body = new PgpCompressedData(new BcpgInputStream(new MemoryStream(packet.Framed()))).GetDataStream();
        for (var count = body.Read(buffer); count > 0; count = body.Read(buffer))
            Append(output, buffer.AsSpan(0, count));
        return ContentOf(output);
    }

    private static void Append(MemoryStream output, ReadOnlySpan<byte> content)
    {
        output.Write(content);
        if (output.Length > MaximumLength)
            throw new OpenPgpException(Text.Say($"the message is longer than {MaximumLength} bytes when decompressed"));
    }

    private static ReadOnlyMemory<byte> ContentOf(MemoryStream output) => output.GetBuffer().AsMemory(0, (int)output.Length);

    private static OpenPgpException BehindTheEnd => new(Text.Say("there is something behind the end of the compressed data"));
}
