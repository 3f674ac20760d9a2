using System.Text;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;
using Plomba.Files;
using Plomba.Trust.Keys;

namespace Plomba.Transfer.Signing;

/// <summary>
/// Makes a key as a file: an armored secret key that <c>gpg --import</c> reads too, mode 0600, and beside it, in
/// <c>FILE.rev</c>, the certificate that revokes it.
/// </summary>
public static class NewKeyFile
{
    /// <summary>Makes the key and writes both files; an existing file is never overwritten.</summary>
    /// <param name="path">The key file.</param>
    /// <param name="key">What.</param>
    /// <param name="passphrase">Protects the secret part; empty: it is not protected.</param>
    /// <param name="clock">When the key is made.</param>
    public static KeyResult<MadeKey> Create(string path, NewKey key, string passphrase, TimeProvider clock)
    {
        var revocation = $"{path}.rev";
        if (new[] { path, revocation }.FirstOrDefault(p => Path.Exists(p)) is { } existing)
            return new KeyTrouble(Text.Say($"{existing} exists, and a key is never overwritten"), Text.Say("Name another file with --file."));
        // OpenPGP counts whole seconds.
        var now = DateTimeOffset.FromUnixTimeSeconds(clock.GetUtcNow().ToUnixTimeSeconds());
        var pair = KeyPairs.Create(key, now);
        var secret = Armored(
            [
                SecretKeyProtection.Protect(pair, passphrase),
                Packet(new UserIdPacket(key.UserId)),
                Certification(pair.Public, key, now).GetEncoded(),
            ]);
        var info = KeyRing.Read(secret).Describe(now).SingleOrDefault();
        if (info?.SigningKeys is not [_])
            return new KeyTrouble(Text.Say($"the key that was made does not count: {info?.SigningProblem ?? Text.Say("its self-signature is wrong")}"));
        try
        {
            DurableFile.Write(revocation, RevocationText(pair.Public, info, now), DurableFile.PrivateMode);
            DurableFile.Write(path, secret, DurableFile.PrivateMode);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new KeyTrouble($"{path}: {FileTrouble.Of(e)}");
        }

        return new MadeKey(info, path, revocation);
    }

    private static PgpSignature Certification(PgpKeyPair pair, NewKey key, DateTimeOffset now)
    {
        var subpackets = InlineMessageWriter.Subpackets(pair.PublicKey, now);
        subpackets.SetKeyFlags(true, PgpKeyFlags.CanCertify | PgpKeyFlags.CanSign);
        if (key.Lifetime is { } lifetime)
            subpackets.SetKeyExpirationTime(true, (long)lifetime.TotalSeconds);
        subpackets.SetPreferredHashAlgorithms(false, [(int)HashAlgorithmTag.Sha512, (int)HashAlgorithmTag.Sha384, (int)HashAlgorithmTag.Sha256]);
        subpackets.SetPrimaryUserId(false, true);
        return Generator(pair, PgpSignature.PositiveCertification, subpackets).GenerateCertification(key.UserId, pair.PublicKey);
    }

    private static byte[] RevocationText(PgpKeyPair pair, KeyInfo key, DateTimeOffset now)
    {
        var subpackets = InlineMessageWriter.Subpackets(pair.PublicKey, now);
        subpackets.SetRevocationReason(false, RevocationReasonTag.NoReason, "");
        var signature = Generator(pair, PgpSignature.KeyRevocation, subpackets).GenerateCertification(pair.PublicKey);
        var armored = Encoding.ASCII.GetString(PublicHalf.Armored(signature.GetEncoded()));
        return Encoding.UTF8.GetBytes(Text.Say($"""
            This certificate revokes the key
              {key.Fingerprint}
              {key.Name}
            Whoever publishes it ends the key for ever: keep it where the key itself is not.
            To use it, remove the colon before the dashes below, and import the file
            (gpg --import), or put the block behind the key in its key file.

            :{armored}
            """));
    }

    private static PgpSignatureGenerator Generator(PgpKeyPair pair, int type, PgpSignatureSubpacketGenerator subpackets)
    {
        var generator = new PgpSignatureGenerator(pair.PublicKey.Algorithm, InlineMessageWriter.Hash);
        generator.InitSign(type, pair.PrivateKey);
        generator.SetHashedSubpackets(subpackets.Generate());
        return generator;
    }

    private static byte[] Packet(ContainedPacket packet)
    {
        using var output = new MemoryStream();
        using (var bcpg = new BcpgOutputStream(output))
            bcpg.WritePacket(packet);
        return output.ToArray();
    }

    private static byte[] Armored(byte[][] secretKey)
    {
        using var output = new MemoryStream();
        using (var armor = new ArmoredOutputStream(output, addVersionHeader: false))
            armor.Write(secretKey.SelectMany(p => p).ToArray());
        return output.ToArray();
    }
}
