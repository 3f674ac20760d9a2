using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;

namespace Plomba.Transfer.Signing;

/// <summary>Writes the message that gpg would write: compressed { one-pass, literal, signature } (TRUST.md §4.2).</summary>
internal static class InlineMessageWriter
{
    /// <summary>The hash of every signature made with a key file.</summary>
    public const HashAlgorithmTag Hash = HashAlgorithmTag.Sha512;

    public static byte[] Sign(PgpPrivateKey key, PgpPublicKey publicKey, ReadOnlyMemory<byte> content, DateTimeOffset now)
    {
        var generator = new PgpSignatureGenerator(publicKey.Algorithm, Hash);
        generator.InitSign(PgpSignature.BinaryDocument, key);
        generator.SetHashedSubpackets(Subpackets(publicKey, now).Generate());
        generator.Update(content.Span);
        var signature = generator.Generate();

        var output = new MemoryStream();
        var compression = new PgpCompressedDataGenerator(CompressionAlgorithmTag.Zip);
        using (var compressed = compression.Open(output))
        {
            generator.GenerateOnePassVersion(isNested: false).Encode(compressed);
            using (var literal = new PgpLiteralDataGenerator().Open(compressed, PgpLiteralData.Binary, "", content.Length, now.UtcDateTime))
                literal.Write(content.Span);
            signature.Encode(compressed);
        }

        return output.ToArray();
    }

    /// <summary>When, and by whom: the issuer's whole fingerprint. The short key id goes unhashed by the library's doing.</summary>
    public static PgpSignatureSubpacketGenerator Subpackets(PgpPublicKey issuer, DateTimeOffset now)
    {
        var subpackets = new PgpSignatureSubpacketGenerator();
        subpackets.SetSignatureCreationTime(false, now.UtcDateTime);
        subpackets.SetIssuerFingerprint(false, issuer);
        return subpackets;
    }
}
