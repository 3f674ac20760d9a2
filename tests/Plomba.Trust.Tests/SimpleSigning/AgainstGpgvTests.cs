using System.Text;
using Plomba.Files;
using Plomba.Trust.OpenPgp;
using Plomba.Trust.SimpleSigning;

namespace Plomba.Trust.Tests.SimpleSigning;

/// <summary>gpgv is the oracle: what it refuses we refuse, and ordinary signatures both accept.</summary>
public sealed class AgainstGpgvTests : GpgvTests
{
    private const string Past = "20200101T000000";
    private const string Later = "20200201T000000";

    [Theory]
    [InlineData("rsa3072")]
    [InlineData("rsa4096")]
    [InlineData("ed25519")]
    [InlineData("nistp256")]
    [InlineData("nistp384")]
    [InlineData("nistp521")]
    [InlineData("brainpoolP256r1")]
    [InlineData("brainpoolP384r1")]
    [InlineData("brainpoolP512r1")]
    [InlineData("dsa2048")]
    public async Task An_ordinary_signature_is_good(string algorithm)
    {
        var key = await NewKeyAsync(Name, algorithm);
        await BothAccept(key, await Gpg.SignAsync(Content, key));
    }

    [Theory]
    [InlineData("SHA224")]
    [InlineData("SHA384")]
    [InlineData("SHA512")]
    public async Task Every_strong_hash_is_good(string hash)
    {
        var key = await NewKeyAsync(Name, "rsa2048");
        await BothAccept(key, await Gpg.SignAsync(Content, key, null, "--digest-algo", hash));
    }

    [Theory]
    [InlineData("")]
    [InlineData("02 64 00")] // unknown
    [InlineData("02 E4 00")] // unknown and critical
    [InlineData("09 90 0102030405060708")] // critical, an issuer
    [InlineData("0B 94 00000000 0001 0001 61 62")] // critical notation
    [InlineData("0B 14 00000000 0001 0001 61 62")]
    [InlineData("32 10 00")] // longer than there is
    [InlineData("00")]
    [InlineData("00 00 00")]
    [InlineData("C0")]
    [InlineData("FF 00")]
    [InlineData("FF FFFFFFFF 10")]
    [InlineData("02 E5 00 32 10")]
    public async Task What_is_not_hashed_counts_as_it_does_forGpgv(string subpackets)
    {
        var key = await NewKeyAsync(Name);
        var keys = await ExportAsync(key);
        var message = WithUnhashed(await Gpg.SignAsync(Content, key, null, "--compress-algo", "none"), Convert.FromHexString(subpackets.Replace(" ", "", StringComparison.Ordinal)));
        Assert.Equal(await Gpgv.AcceptsAsync(keys, message), Verify(keys, message).IsGood);
    }

    // The signature is the last packet; more is put behind its unhashed subpackets, which nothing protects.
    private static byte[] WithUnhashed(ReadOnlyMemory<byte> message, byte[] more)
    {
        var packets = new List<RawPacket>();
        while (!message.IsEmpty)
            packets.Add(RawPacket.ReadNext(ref message));
        var body = packets[^1].Body.ToArray();
        var at = 6 + ((body[4] << 8) | body[5]);
        var length = (body[at] << 8) | body[at + 1];
        var end = at + 2 + length;
        length += more.Length;
        packets[^1] = packets[^1] with { Body = (byte[])[.. body[..at], (byte)(length >> 8), (byte)length, .. body[(at + 2)..end], .. more, .. body[end..]] };
        return [.. packets.SelectMany(p => p.Framed())];
    }

    [Fact]
    public async Task A_text_mode_signature_is_good()
    {
        var key = await NewKeyAsync(Name);
        await BothAccept(key, await Gpg.SignAsync(Content, key, null, "--textmode"));
    }

    [Fact]
    public async Task An_armored_message_is_good()
    {
        var key = await NewKeyAsync(Name);
        await BothAccept(key, await Gpg.SignAsync(Content, key, null, "--armor"));
    }

    [Fact]
    public async Task A_signing_subkey_counts_for_its_primary_key()
    {
        var (primary, subkey) = await WithSubkey();
        await BothAccept(primary, await Gpg.SignAsync(Content, $"{subkey}!"));
    }

    [Fact]
    public async Task An_extended_expiry_counts()
    {
        var key = await NewKeyAsync(Name, expires: "10d", at: Past);
        var message = await Gpg.SignAsync(Content, key, Later[..4] + "0105T000000");
        await BothRefuse(key, message, SignatureReason.Expired);
        await GpgAsync("--quick-set-expire", key, "50y");
        await BothAccept(key, message);
    }

    [Fact]
    public async Task A_shortened_expiry_counts()
    {
        var key = await NewKeyAsync(Name, at: Past);
        var message = await Gpg.SignAsync(Content, key, Later);
        await BothAccept(key, message);
        await GpgAsync("--faked-system-time", Later + "!", "--quick-set-expire", key, "1y");
        await BothRefuse(key, message, SignatureReason.Expired);
    }

    [Fact]
    public async Task A_key_with_one_of_two_names_revoked_still_counts()
    {
        var key = await NewKeyAsync(Name);
        await GpgAsync("--quick-add-uid", key, "Other <other@example.com>");
        await GpgAsync("--quick-revoke-uid", key, Name);
        await BothAccept(key, await Gpg.SignAsync(Content, key));
    }

    [Fact]
    public async Task An_expired_key_is_refused()
    {
        var key = await NewKeyAsync(Name, expires: "1y", at: Past);
        await BothRefuse(key, await Gpg.SignAsync(Content, key, Later), SignatureReason.Expired);
    }

    [Fact]
    public async Task An_expired_subkey_is_refused()
    {
        var (primary, subkey) = await WithSubkey("1y", Past);
        await BothRefuse(primary, await Gpg.SignAsync(Content, $"{subkey}!", Later), SignatureReason.Expired);
    }

    [Fact]
    public async Task A_revoked_key_is_refused_also_for_what_it_signed_before()
    {
        var key = await NewKeyAsync(Name);
        var message = await Gpg.SignAsync(Content, key);
        await Gpg.RevokeAsync(key);
        await BothRefuse(key, message, SignatureReason.Revoked);
    }

    [Fact]
    public async Task A_revocation_in_another_key_file_counts()
    {
        var key = await NewKeyAsync(Name);
        var message = await Gpg.SignAsync(Content, key);
        var before = await ExportAsync(key);
        await Gpg.RevokeAsync(key);
        var after = await ExportAsync(key);

        var check = Mechanism.Import([new KeySource("before", before), new KeySource("after", after)]).Verify(message);

        Assert.Equal(SignatureReason.Revoked, check.Reason);
    }

    [Fact]
    public async Task A_revocation_certificate_beside_the_key_counts()
    {
        var key = await NewKeyAsync(Name);
        var message = await Gpg.SignAsync(Content, key);
        byte[] file = [.. await Gpg.ExportAsync(key), .. Encoding.UTF8.GetBytes(await Gpg.RevocationAsync(key))];

        Assert.Equal(SignatureReason.Revoked, Verify(file, message).Reason);
    }

    [Fact]
    public async Task A_revocation_by_the_designated_revoker_is_believed_without_its_key()
    {
        var key = await NewKeyAsync(Name);
        var revoker = await NewKeyAsync("Revoker <revoker@example.com>");
        var message = await Gpg.SignAsync(Content, key);
        await CommandAsync($"addrevoker\n{revoker}\ny\nsave\n", "--edit-key", key);
        Assert.True(Verify(await ExportAsync(key), message).IsGood);
        var revocation = await CommandAsync("y\n0\n\ny\n", "--armor", "--desig-revoke", key);

        byte[] file = [.. await Gpg.ExportAsync(key), .. revocation];

        Assert.Equal(SignatureReason.Revoked, Verify(file, message).Reason);
    }

    [Fact]
    public async Task A_revocation_by_anybody_else_is_ignored()
    {
        var key = await NewKeyAsync(Name);
        var other = await NewKeyAsync("Other <other@example.com>");
        byte[] file = [.. await Gpg.ExportAsync(key), .. Encoding.UTF8.GetBytes(await Gpg.RevocationAsync(other))];
        Assert.True(Verify(file, await Gpg.SignAsync(Content, key)).IsGood);
    }

    [Fact]
    public async Task A_revoked_subkey_is_refused_and_its_primary_key_is_not()
    {
        var (primary, subkey) = await WithSubkey();
        var bySubkey = await Gpg.SignAsync(Content, $"{subkey}!");
        var byPrimary = await Gpg.SignAsync(Content, $"{primary}!");
        await CommandAsync("key 1\nrevkey\ny\n0\n\ny\nsave\n", "--edit-key", primary);

        await BothRefuse(primary, bySubkey, SignatureReason.Revoked);
        await BothAccept(primary, byPrimary);
    }

    [Fact]
    public async Task An_expired_signature_is_refused()
    {
        var key = await NewKeyAsync(Name, at: Past);
        await BothRefuse(key, await Gpg.SignAsync(Content, key, Past, "--default-sig-expire", "10d"), SignatureReason.Expired);
    }

    [Fact]
    public async Task A_weak_hash_is_refused()
    {
        var key = await NewKeyAsync(Name, "rsa2048");
        var message = await Gpg.SignAsync(Content, key, null, "--digest-algo", "SHA1");
        Assert.Equal(SignatureReason.Weak, Verify(await ExportAsync(key), message).Reason);
    }

    [Fact]
    public async Task A_critical_notation_is_refused()
    {
        var key = await NewKeyAsync(Name);
        await BothRefuse(key, await Gpg.SignAsync(Content, key, null, "--sig-notation", "!x@example.com=1"), SignatureReason.BadSignature);
    }

    [Fact]
    public async Task A_signature_by_another_key_is_refused()
    {
        var key = await NewKeyAsync(Name);
        var other = await NewKeyAsync("Other <other@example.com>");
        await BothRefuse(key, await Gpg.SignAsync(Content, other), SignatureReason.UnknownKey);
    }

    [Fact]
    public async Task Two_signatures_are_refused()
    {
        var key = await NewKeyAsync(Name);
        var other = await NewKeyAsync("Other <other@example.com>");
        var check = Verify(await ExportAsync(key), await Gpg.SignAsync(Content, key, null, "--local-user", other));
        Assert.Equal("Unexpected GPG signature count 2", check.Message);
    }

    [Fact]
    public async Task No_changed_byte_lets_other_content_pass()
    {
        var key = await NewKeyAsync(Name);
        var keyring = Mechanism.Import([new KeySource("key", await ExportAsync(key))]);
        var message = await Gpg.SignAsync(Content, key, null, "--compress-algo", "none");
        for (var i = 0; i < message.Length; i++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var changed = message.ToArray();
                changed[i] ^= (byte)(1 << bit);
                var check = keyring.Verify(changed);
                // The literal's name and date and unhashed hints are not signed; the content is.
                Assert.True(!check.IsGood || check.Content.Span.SequenceEqual(Content), $"byte {i}, bit {bit}");
            }

            Assert.False(keyring.Verify(message.AsMemory(0, i)).IsGood);
        }

        Assert.False(keyring.Verify(message.Append((byte)0).ToArray()).IsGood);
        Assert.False(keyring.Verify(message.Concat(message).ToArray()).IsGood);
    }

    private Task<ChildResult> GpgAsync(params string[] arguments) => Gpg.GpgAsync(["--batch", "--pinentry-mode", "loopback", "--passphrase", "", .. arguments]);

    // What gpg asks is answered from stdin.
    private async Task<byte[]> CommandAsync(string answers, params string[] arguments) =>
        (await Gpg.GpgAsync(Encoding.ASCII.GetBytes(answers), ["--pinentry-mode", "loopback", "--no-tty", "--command-fd", "0", .. arguments])).Output;

    private async Task<(string Primary, string Subkey)> WithSubkey(string expires = "never", string? at = null)
    {
        var primary = await NewKeyAsync(Name, at: at);
        await GpgAsync([.. at is null ? [] : new[] { "--faked-system-time", $"{at}!" }, "--quick-add-key", primary, "rsa2048", "sign", expires]);
        return (primary, (await Gpg.FingerprintsAsync(primary))[1]);
    }

    private async Task BothRefuse(string key, byte[] message, SignatureReason reason)
    {
        var keys = await ExportAsync(key);
        Assert.False(await Gpgv.AcceptsAsync(keys, message), "gpgv accepts");
        Assert.Equal(reason, Verify(keys, message).Reason);
    }
}
