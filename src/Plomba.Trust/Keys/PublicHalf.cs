using System.Diagnostics.CodeAnalysis;
using System.Text;
using Org.BouncyCastle.Bcpg;
using Plomba.Trust.OpenPgp;

namespace Plomba.Trust.Keys;

/// <summary>Key material as it may be handed to others: public packets only, whatever the source held.</summary>
public static class PublicHalf
{
    /// <summary>
    /// The public keys of <paramref name="keys"/> (armored or binary, public or secret), binary, with all their
    /// signatures. False with one line of what is wrong when the source is damaged or holds no key.
    /// </summary>
    public static bool TryTake(ReadOnlyMemory<byte> keys, [NotNullWhen(true)] out byte[]? publicKeys, [NotNullWhen(false)] out string? error)
    {
        publicKeys = null;
        error = KeyRing.Read(keys).Damage;
        if (error is not null)
            return false;
        try
        {
            publicKeys = Take(keys);
            return true;
        }
        catch (OpenPgpException e)
        {
            error = e.Message;
            return false;
        }
    }

    /// <summary>Armor around binary public keys, as <c>gpg --armor --export</c> writes it.</summary>
    public static byte[] Armored(ReadOnlySpan<byte> publicKeys) => Encoding.ASCII.GetBytes(Armor.Encode(Armor.PublicKey, publicKeys));

    private static byte[] Take(ReadOnlyMemory<byte> keys)
    {
        var output = new MemoryStream();
        foreach (var block in Armor.IsBinary(keys.Span) ? [keys] : Armor.Decode(keys, Armor.PublicKey, Armor.PrivateKey).Select(b => b.Bytes))
        {
            for (var rest = block; !rest.IsEmpty;)
                output.Write(Public(RawPacket.ReadNext(ref rest)));
        }

        return output.ToArray();
    }

    private static byte[] Public(RawPacket packet) => packet.Tag switch
    {
        PacketTag.SecretKey => Body(packet, PacketTag.PublicKey),
        PacketTag.SecretSubkey => Body(packet, PacketTag.PublicSubkey),
        PacketTag.PublicKey or PacketTag.PublicSubkey or PacketTag.UserId or PacketTag.UserAttribute or PacketTag.Signature => packet.Framed(),
        _ => [],
    };

    // What is hashed over a key is its public body behind three bytes.
    private static byte[] Body(RawPacket packet, PacketTag tag) => new RawPacket(tag, PublicKey.Read(packet).Hashed[3..]).Framed();
}
