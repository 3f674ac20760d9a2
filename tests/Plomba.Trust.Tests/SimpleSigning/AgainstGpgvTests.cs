using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Plomba.Files;
using Plomba.Testing;
using Plomba.Trust.OpenPgp;
using Plomba.Trust.SimpleSigning;

namespace Plomba.Trust.Tests.SimpleSigning;

/// <summary>gpgv is the oracle: what it refuses we refuse, and ordinary signatures both accept.</summary>
public sealed class AgainstGpgvTests : IAsyncDisposable
{
    private const string Past = "20200101T000000";
    private const string Later = "20200201T000000";
    private const string Name = "Alt <alt@example.com>";
    private static readonly byte[] Content = Encoding.ASCII.GetBytes("{\"critical\":{}}\n");
    private readonly GpgHome _gpg = new();
    private readonly TemporaryDirectory _files = new();

    public AgainstGpgvTests() => Assert.SkipUnless(ChildProcess.IsInstalled("gpg") && ChildProcess.IsInstalled("gpgv"), "gpg or gpgv is not installed");

    [Theory]
    [InlineData("rsa3072")]
    [InlineData("rsa4096")]
    [InlineData("ed25519")]
    [InlineData("nistp256")]
    [InlineData("nistp384")]
    [InlineData("nistp521")]
    [InlineData("brainpoolP256r1")]
    [InlineData("dsa2048")]
    public async Task An_ordinary_signature_is_good(string algorithm)
    {
        var key = await NewKeyAsync(Name, algorithm);
        await BothAccept(key, await _gpg.SignAsync(Content, key));
    }

    [Theory]
    [InlineData("SHA224")]
    [InlineData("SHA384")]
    [InlineData("SHA512")]
    public async Task Every_strong_hash_is_good(string hash)
    {
        var key = await NewKeyAsync(Name, "rsa2048");
        await BothAccept(key, await _gpg.SignAsync(Content, key, null, "--digest-algo", hash));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("zip")]
    [InlineData("zlib")]
    [InlineData("bzip2")]
    public async Task Every_compression_is_read(string compression)
    {
        var key = await NewKeyAsync(Name);
        await BothAccept(key, await _gpg.SignAsync(Content, key, null, "--compress-algo", compression));
        await BothAccept(key, await _gpg.SignAsync(new byte[100_000], key, null, "--compress-algo", compression));
    }

    [Theory]
    [InlineData("zip")]
    [InlineData("zlib")]
    [InlineData("bzip2")]
    public async Task Compressed_data_that_ends_too_soon_is_refused_even_when_the_message_in_it_is_whole(string compression)
    {
        var key = await NewKeyAsync(Name);
        var keyring = Mechanism.Import([new KeySource("key", await ExportAsync(key))]);
        var message = await _gpg.SignAsync(Content, key, null, "--compress-algo", compression);
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
        ReadOnlyMemory<byte> rest = await _gpg.SignAsync(Content, key, null, "--compress-algo", compression);
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
        var message = await _gpg.SignAsync(RandomNumberGenerator.GetBytes(9_000), key, null, "--compress-algo", "none");
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
    public async Task What_is_not_hashed_counts_as_it_does_for_gpgv(string subpackets)
    {
        var key = await NewKeyAsync(Name);
        var keys = await ExportAsync(key);
        var message = WithUnhashed(await _gpg.SignAsync(Content, key, null, "--compress-algo", "none"), Convert.FromHexString(subpackets.Replace(" ", "", StringComparison.Ordinal)));
        Assert.Equal(await GpgvAccepts(keys, message), Verify(keys, message).IsGood);
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
        await BothAccept(key, await _gpg.SignAsync(Content, key, null, "--textmode"));
    }

    [Fact]
    public async Task An_armored_message_is_good()
    {
        var key = await NewKeyAsync(Name);
        await BothAccept(key, await _gpg.SignAsync(Content, key, null, "--armor"));
    }

    [Fact]
    public async Task A_signing_subkey_counts_for_its_primary_key()
    {
        var (primary, subkey) = await WithSubkey();
        await BothAccept(primary, await _gpg.SignAsync(Content, $"{subkey}!"));
    }

    [Fact]
    public async Task An_extended_expiry_counts()
    {
        var key = await NewKeyAsync(Name, expires: "10d", at: Past);
        var message = await _gpg.SignAsync(Content, key, Later[..4] + "0105T000000");
        await BothRefuse(key, message, SignatureReason.Expired);
        await GpgAsync("--quick-set-expire", key, "50y");
        await BothAccept(key, message);
    }

    [Fact]
    public async Task A_shortened_expiry_counts()
    {
        var key = await NewKeyAsync(Name, at: Past);
        var message = await _gpg.SignAsync(Content, key, Later);
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
        await BothAccept(key, await _gpg.SignAsync(Content, key));
    }

    [Fact]
    public async Task An_expired_key_is_refused()
    {
        var key = await NewKeyAsync(Name, expires: "1y", at: Past);
        await BothRefuse(key, await _gpg.SignAsync(Content, key, Later), SignatureReason.Expired);
    }

    [Fact]
    public async Task An_expired_subkey_is_refused()
    {
        var (primary, subkey) = await WithSubkey("1y", Past);
        await BothRefuse(primary, await _gpg.SignAsync(Content, $"{subkey}!", Later), SignatureReason.Expired);
    }

    [Fact]
    public async Task A_revoked_key_is_refused_also_for_what_it_signed_before()
    {
        var key = await NewKeyAsync(Name);
        var message = await _gpg.SignAsync(Content, key);
        await _gpg.RevokeAsync(key);
        await BothRefuse(key, message, SignatureReason.Revoked);
    }

    [Fact]
    public async Task A_revocation_in_another_key_file_counts()
    {
        var key = await NewKeyAsync(Name);
        var message = await _gpg.SignAsync(Content, key);
        var before = await ExportAsync(key);
        await _gpg.RevokeAsync(key);
        var after = await ExportAsync(key);

        var check = Mechanism.Import([new KeySource("before", before), new KeySource("after", after)]).Verify(message);

        Assert.Equal(SignatureReason.Revoked, check.Reason);
    }

    [Fact]
    public async Task A_revocation_certificate_beside_the_key_counts()
    {
        var key = await NewKeyAsync(Name);
        var message = await _gpg.SignAsync(Content, key);
        byte[] file = [.. await _gpg.ExportAsync(key), .. Encoding.UTF8.GetBytes(await _gpg.RevocationAsync(key))];

        Assert.Equal(SignatureReason.Revoked, Verify(file, message).Reason);
    }

    [Fact]
    public async Task A_revocation_by_the_designated_revoker_is_believed_without_its_key()
    {
        var key = await NewKeyAsync(Name);
        var revoker = await NewKeyAsync("Revoker <revoker@example.com>");
        var message = await _gpg.SignAsync(Content, key);
        await CommandAsync($"addrevoker\n{revoker}\ny\nsave\n", "--edit-key", key);
        Assert.True(Verify(await ExportAsync(key), message).IsGood);
        var revocation = await CommandAsync("y\n0\n\ny\n", "--armor", "--desig-revoke", key);

        byte[] file = [.. await _gpg.ExportAsync(key), .. revocation];

        Assert.Equal(SignatureReason.Revoked, Verify(file, message).Reason);
    }

    [Fact]
    public async Task A_revocation_by_anybody_else_is_ignored()
    {
        var key = await NewKeyAsync(Name);
        var other = await NewKeyAsync("Other <other@example.com>");
        byte[] file = [.. await _gpg.ExportAsync(key), .. Encoding.UTF8.GetBytes(await _gpg.RevocationAsync(other))];
        Assert.True(Verify(file, await _gpg.SignAsync(Content, key)).IsGood);
    }

    [Fact]
    public async Task A_revoked_subkey_is_refused_and_its_primary_key_is_not()
    {
        var (primary, subkey) = await WithSubkey();
        var bySubkey = await _gpg.SignAsync(Content, $"{subkey}!");
        var byPrimary = await _gpg.SignAsync(Content, $"{primary}!");
        await CommandAsync("key 1\nrevkey\ny\n0\n\ny\nsave\n", "--edit-key", primary);

        await BothRefuse(primary, bySubkey, SignatureReason.Revoked);
        await BothAccept(primary, byPrimary);
    }

    [Fact]
    public async Task An_expired_signature_is_refused()
    {
        var key = await NewKeyAsync(Name, at: Past);
        await BothRefuse(key, await _gpg.SignAsync(Content, key, Past, "--default-sig-expire", "10d"), SignatureReason.Expired);
    }

    [Fact]
    public async Task A_weak_hash_is_refused()
    {
        var key = await NewKeyAsync(Name, "rsa2048");
        var message = await _gpg.SignAsync(Content, key, null, "--digest-algo", "SHA1");
        Assert.Equal(SignatureReason.Weak, Verify(await ExportAsync(key), message).Reason);
    }

    [Fact]
    public async Task A_critical_notation_is_refused()
    {
        var key = await NewKeyAsync(Name);
        await BothRefuse(key, await _gpg.SignAsync(Content, key, null, "--sig-notation", "!x@example.com=1"), SignatureReason.BadSignature);
    }

    [Fact]
    public async Task A_signature_by_another_key_is_refused()
    {
        var key = await NewKeyAsync(Name);
        var other = await NewKeyAsync("Other <other@example.com>");
        await BothRefuse(key, await _gpg.SignAsync(Content, other), SignatureReason.UnknownKey);
    }

    [Fact]
    public async Task Two_signatures_are_refused()
    {
        var key = await NewKeyAsync(Name);
        var other = await NewKeyAsync("Other <other@example.com>");
        var check = Verify(await ExportAsync(key), await _gpg.SignAsync(Content, key, null, "--local-user", other));
        Assert.Equal("Unexpected GPG signature count 2", check.Message);
    }

    [Fact]
    public async Task No_changed_byte_lets_other_content_pass()
    {
        var key = await NewKeyAsync(Name);
        var keyring = Mechanism.Import([new KeySource("key", await ExportAsync(key))]);
        var message = await _gpg.SignAsync(Content, key, null, "--compress-algo", "none");
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

    [Fact]
    public async Task A_decompression_bomb_is_refused_without_filling_the_memory()
    {
        var key = await NewKeyAsync(Name);
        var message = await _gpg.SignAsync(new byte[200_000_000], key, null, "--compress-algo", "zlib", "-z", "9");
        Assert.True(message.Length < 1_000_000);
        var keyring = Mechanism.Import([new KeySource("key", await ExportAsync(key))]);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var check = keyring.Verify(message);

        Assert.Equal(SignatureReason.Malformed, check.Reason);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64_000_000);
    }

    public async ValueTask DisposeAsync()
    {
        _files.Dispose();
        await _gpg.DisposeAsync();
    }

    private static OpenPgpMechanism Mechanism { get; } = new(TimeProvider.System);

    private static SignatureCheck Verify(byte[] keys, byte[] message) => Mechanism.Import([new KeySource("key", keys)]).Verify(message);

    private Task<string> NewKeyAsync(string userId, string algorithm = "ed25519", string expires = "never", string? at = null) =>
        _gpg.CreateKeyAsync(userId, algorithm, expires, at);

    private Task<ChildResult> GpgAsync(params string[] arguments) => _gpg.GpgAsync(["--batch", "--pinentry-mode", "loopback", "--passphrase", "", .. arguments]);

    // What gpg asks is answered from stdin.
    private async Task<byte[]> CommandAsync(string answers, params string[] arguments) =>
        (await _gpg.GpgAsync(Encoding.ASCII.GetBytes(answers), ["--pinentry-mode", "loopback", "--no-tty", "--command-fd", "0", .. arguments])).Output;

    private async Task<byte[]> ExportAsync(string key) => (await _gpg.GpgAsync("--batch", "--export", key)).Output;

    private async Task<(string Primary, string Subkey)> WithSubkey(string expires = "never", string? at = null)
    {
        var primary = await NewKeyAsync(Name, at: at);
        await GpgAsync([.. at is null ? [] : new[] { "--faked-system-time", $"{at}!" }, "--quick-add-key", primary, "rsa2048", "sign", expires]);
        return (primary, (await _gpg.FingerprintsAsync(primary))[1]);
    }

    private async Task BothAccept(string key, byte[] message)
    {
        var keys = await ExportAsync(key);
        Assert.True(await GpgvAccepts(keys, message), "gpgv refuses");
        var check = Verify(keys, message);
        Assert.True(check.IsGood, check.Message);
        Assert.Equal(key, check.Key!.Value.Text);
    }

    private async Task BothRefuse(string key, byte[] message, SignatureReason reason)
    {
        var keys = await ExportAsync(key);
        Assert.False(await GpgvAccepts(keys, message), "gpgv accepts");
        Assert.Equal(reason, Verify(keys, message).Reason);
    }

    // gpgv exits 0 for expired keys too; only its status lines tell, and they are what podman's library reads.
    private async Task<bool> GpgvAccepts(byte[] keys, byte[] message)
    {
        var ring = _files.Combine("ring");
        DurableFile.Write(ring, keys);
        var result = await ChildProcess.RunAsync("gpgv", ["--homedir", _files.Path, "--keyring", ring, "--status-fd", "1", "--output", "/dev/null", "-"], message);
        return result.ExitCode == 0
            && result.Text.Contains("[GNUPG:] GOODSIG ", StringComparison.Ordinal)
            && result.Text.Contains("[GNUPG:] VALIDSIG ", StringComparison.Ordinal);
    }
}
