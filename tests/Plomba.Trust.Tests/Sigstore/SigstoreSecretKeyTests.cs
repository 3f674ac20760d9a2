using System.Text;
using Plomba.Images;
using Plomba.Testing;
using Plomba.Trust.Sigstore;

namespace Plomba.Trust.Tests.Sigstore;

public sealed class SigstoreSecretKeyTests(ITestOutputHelper output)
{
    [Fact]
    public void Private_keys_are_read_as_recorded() => Vectors.Check("sigstore/private-key.jsonl", vector =>
    {
        var accepted = SigstoreSecretKey.TryRead(
            vector.GetProperty("keyB64").GetBytesFromBase64(), vector.GetProperty("passphraseB64").GetBytesFromBase64(), out var key, out var error);
        using (key)
        {
            if (accepted != vector.GetProperty("accept").GetBoolean())
                return Outcome.Fail($"{vector.GetProperty("name")}: {error ?? "accepted"}");
            if (!accepted)
                return Outcome.Pass;
            if (key!.PublicKeyPem != vector.GetProperty("publicKeyPEM").GetString())
                return Outcome.Fail(key.PublicKeyPem);
            return IsGood(key, key.Sign("content"u8)) ? Outcome.Pass : Outcome.Fail("its own signature is not good");
        }
    }, output);

    [Fact]
    public void Tags_of_attachments_are_those_recorded() => Vectors.Check("sigstore/attachment-tag.jsonl", vector =>
    {
        var tag = Digest.TryParse(vector.GetProperty("digest").GetString(), out var digest) ? AttachmentTag.Of(digest) : null;
        return tag == vector.GetProperty("tag").GetString() ? Outcome.Pass : Outcome.Fail($"{tag}");
    }, output);

    [Theory]
    [InlineData("")]
    [InlineData("with space")]
    public void A_new_key_is_read_back_with_its_passphrase_only(string passphrase)
    {
        using var key = SigstoreSecretKey.Create();
        var file = Encoding.ASCII.GetBytes(key.Write(Encoding.UTF8.GetBytes(passphrase)));
        Assert.True(SigstoreSecretKey.TryRead(file, Encoding.UTF8.GetBytes(passphrase), out var read, out _));
        using (read)
        {
            Assert.Equal(key.PublicKeyPem, read.PublicKeyPem);
            Assert.True(IsGood(key, read.Sign("content"u8)));
        }

        Assert.False(SigstoreSecretKey.TryRead(file, "wrong"u8, out _, out var error));
        Assert.Equal("decrypt: encrypted: decryption failed", error);
    }

    private static bool IsGood(SigstoreSecretKey key, byte[] signature) =>
        SigstoreKey.TryReadPem(Encoding.ASCII.GetBytes(key.PublicKeyPem), out var half, out _) && half.Verify("content"u8, signature) is null;
}
