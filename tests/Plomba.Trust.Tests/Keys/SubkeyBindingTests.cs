using Org.BouncyCastle.Bcpg;
using Plomba.Files;
using Plomba.Testing;
using Plomba.Trust.OpenPgp;
using Plomba.Trust.SimpleSigning;

namespace Plomba.Trust.Tests.Keys;

/// <summary>A key may not claim a signing subkey, and the signatures made by it, that does not claim it back.</summary>
public sealed class SubkeyBindingTests : IAsyncDisposable
{
    private readonly GpgHome _gpg = new();
    private byte[] _message = [];
    private List<RawPacket> _own = [];
    private List<RawPacket> _foreign = [];

    public SubkeyBindingTests() => Assert.SkipUnless(ChildProcess.IsInstalled("gpg"), "gpg is not installed");

    [Fact]
    public async Task A_subkey_bound_both_ways_counts()
    {
        await PrepareAsync();
        Assert.True(Verify(_foreign).IsGood);
    }

    [Fact]
    public async Task A_subkey_without_a_binding_does_not_count()
    {
        await PrepareAsync();
        Assert.Contains("is not bound", Verify([.. _own, Subkey]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_subkey_bound_by_another_key_does_not_count()
    {
        await PrepareAsync();
        Assert.Contains("is not bound", Verify([.. _own, Subkey, Binding]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_subkey_that_did_not_sign_its_binding_does_not_count()
    {
        await PrepareAsync();
        var packet = SignaturePacket.FromByteArray(Binding.Body.ToArray());
        var unhashed = packet.GetUnhashedSubPackets().Where(s => s.SubpacketType != SignatureSubpacketTag.EmbeddedSignature).ToArray();
        Assert.NotEqual(packet.GetUnhashedSubPackets().Length, unhashed.Length);
        var stripped = new SignaturePacket(
            packet.Version, packet.SignatureType, packet.KeyId, packet.KeyAlgorithm, packet.HashAlgorithm, packet.GetHashedSubPackets(), unhashed, packet.GetFingerprint(), packet.GetSignature());
        var output = new MemoryStream();
        using (var bcpg = new BcpgOutputStream(output))
            bcpg.WritePacket(stripped);
        ReadOnlyMemory<byte> bytes = output.ToArray();

        var check = Verify([.. _foreign.Take(_foreign.IndexOf(Binding)), RawPacket.ReadNext(ref bytes)]);

        Assert.Contains("did not sign its binding", check.Message, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _gpg.DisposeAsync();

    private RawPacket Subkey => _foreign.Single(p => p.Tag == PacketTag.PublicSubkey);

    private RawPacket Binding => _foreign[_foreign.IndexOf(Subkey) + 1];

    private async Task PrepareAsync()
    {
        var own = await _gpg.CreateKeyAsync("Own <own@example.com>", "ed25519");
        var foreign = await _gpg.CreateKeyAsync("Foreign <foreign@example.com>", "ed25519");
        await _gpg.GpgAsync("--batch", "--pinentry-mode", "loopback", "--passphrase", "", "--quick-add-key", foreign, "ed25519", "sign", "never");
        _message = await _gpg.SignAsync("{}"u8.ToArray(), $"{(await _gpg.FingerprintsAsync(foreign))[1]}!");
        _own = await PacketsAsync(own);
        _foreign = await PacketsAsync(foreign);
    }

    private async Task<List<RawPacket>> PacketsAsync(string key)
    {
        var packets = new List<RawPacket>();
        for (ReadOnlyMemory<byte> rest = (await _gpg.GpgAsync("--batch", "--export", key)).Output; !rest.IsEmpty;)
            packets.Add(RawPacket.ReadNext(ref rest));
        return packets;
    }

    private SignatureCheck Verify(List<RawPacket> key) => new OpenPgpMechanism(TimeProvider.System)
        .Import([new KeySource("key", key.SelectMany(p => p.Framed()).ToArray())])
        .Verify(_message);
}
