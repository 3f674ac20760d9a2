using Org.BouncyCastle.Bcpg;
using Plomba.Trust.OpenPgp;

namespace Plomba.Trust.Keys;

/// <summary>
/// Takes a key file apart. A key whose packets are damaged is left out with everything after it; subkeys, user
/// attributes and signatures that are merely unknown (newer versions, other algorithms) are passed over.
/// </summary>
internal sealed class KeyRingReader
{
    private readonly List<PgpSignature> _loose = [];
    private KeyBlock? _block;
    private List<PgpSignature>? _target;
    private int _packets;
    private int _own;

    public List<KeyBlock> Blocks { get; } = [];

    public bool HasSecrets { get; private set; }

    public string? Damage { get; private set; }

    private const int MaximumPackets = 20_000;

    // Each costs a verification when the key is read. Those of others, of which well-known keys have thousands, cost nothing.
    private const int MaximumOwnSignatures = 500;

    public void Read(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > KeyRing.MaximumLength)
            Damage = Text.Say($"longer than {KeyRing.MaximumLength} bytes");
        else if (bytes.IsEmpty)
            Damage = "empty";
        else if (Armor.IsBinary(bytes.Span))
            ReadPackets(bytes);
        else
            ReadArmored(bytes);
        AttachLooseRevocations();
    }

    private void ReadArmored(ReadOnlyMemory<byte> text)
    {
        var blocks = 0;
        foreach (var (bytes, error) in Armor.Decode(text, Armor.PublicKey, Armor.PrivateKey))
        {
            blocks++;
            Damage = error;
            if (error is null)
                ReadPackets(bytes);
            if (Damage is not null)
                return;
        }

        if (blocks == 0)
            Damage = Text.Say("neither a binary nor an armored OpenPGP key");
    }

    private void ReadPackets(ReadOnlyMemory<byte> rest)
    {
        try
        {
            while (!rest.IsEmpty)
            {
                if (++_packets > MaximumPackets)
                    throw new OpenPgpException(Text.Say("too many packets"));
                Read(RawPacket.ReadNext(ref rest));
            }
        }
        catch (OpenPgpException e)
        {
            Damage = e.Message;
            _block = null;
        }

        Finish();
    }

    private void Read(RawPacket packet)
    {
        switch (packet.Tag)
        {
            case PacketTag.PublicKey or PacketTag.SecretKey:
                Finish();
                HasSecrets |= packet.Tag == PacketTag.SecretKey;
                StartBlock(packet);
                break;
            case PacketTag.PublicSubkey or PacketTag.SecretSubkey:
                HasSecrets |= packet.Tag == PacketTag.SecretSubkey;
                StartSubkey(packet);
                break;
            case PacketTag.UserId:
                var user = new UserIdBlock(packet.Body.ToArray());
                _block?.UserIds.Add(user);
                _target = user.Signatures;
                break;
            case PacketTag.Signature:
                ReadSignature(packet);
                break;
            case PacketTag.UserAttribute:
                // Pictures: nothing rests on them, nor do their signatures concern the key.
                _target = [];
                break;
            case PacketTag.Trust or PacketTag.Marker or PacketTag.Padding:
                break;
            default:
                throw new OpenPgpException(Text.Say($"packet {(int)packet.Tag} does not belong into a key file"));
        }
    }

    private void StartBlock(RawPacket packet)
    {
        if (packet.Body.Span is [not 4, ..])
        {
            // Another version: the whole key is passed over, and said so when nothing else is in the file.
            (_block, _target) = (null, []);
            Unsupported ??= Text.Say($"key of version {packet.Body.Span[0]} is not supported, only version 4 is");
            return;
        }

        _block = new KeyBlock(PublicKey.Read(packet));
        _own = 0;
        _target = _block.Signatures;
    }

    /// <summary>A key that was passed over for its version; null: none was.</summary>
    public string? Unsupported { get; private set; }

    private void StartSubkey(RawPacket packet)
    {
        _target = [];
        if (_block is null)
            return;
        try
        {
            var subkey = new SubkeyBlock(PublicKey.Read(packet));
            _block.Subkeys.Add(subkey);
            _target = subkey.Signatures;
        }
        catch (OpenPgpException)
        {
            // An algorithm that is unknown here cannot sign anything here either.
        }
    }

    private void ReadSignature(RawPacket packet)
    {
        PgpSignature signature;
        try
        {
            signature = PgpSignature.Read(packet.Body);
        }
        catch (OpenPgpException) when (!IsRevocation(packet.Body.Span))
        {
            return;
        }

        var isOwn = _block is null ? _target is null : signature.IsIssuedBy(_block.Primary.Fingerprint);
        if (isOwn && ++_own > MaximumOwnSignatures)
            throw new OpenPgpException(Text.Say($"a key says more than {MaximumOwnSignatures} things of itself"));

        // A revocation of the key counts wherever it stands.
        if (signature.Type == SignatureTypes.KeyRevocation && _block is not null)
            _block.Signatures.Add(signature);
        else
            (_target ?? _loose).Add(signature);
    }

    // A revocation that cannot be read is damage: the key must not live on because of it.
    private static bool IsRevocation(ReadOnlySpan<byte> body) => body is [4 or 5 or 6, 0x20 or 0x28 or 0x30, ..] or [2 or 3, _, 0x20 or 0x28 or 0x30, ..];

    private void Finish()
    {
        if (_block is not null)
            Blocks.Add(_block);
        (_block, _target) = (null, null);
    }

    // A revocation certificate may stand alone, before or after its key.
    private void AttachLooseRevocations()
    {
        foreach (var signature in _loose)
        {
            foreach (var block in Blocks.Where(b => signature.Type == SignatureTypes.KeyRevocation && signature.IsIssuedBy(b.Primary.Fingerprint)))
                block.Signatures.Add(signature);
        }

        if (Blocks.Count == 0)
            Damage ??= Unsupported ?? Text.Say("no key in it");
    }
}
