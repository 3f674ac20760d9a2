using Plomba.Trust.SimpleSigning;

namespace Plomba.Transfer.Signing;

/// <summary>No signature leaves that our own verifier would not accept.</summary>
internal static class SelfCheck
{
    public static KeyResult<byte[]> Verify(ISigner signer, byte[] message, ReadOnlyMemory<byte> content, TimeProvider clock)
    {
        var keyring = new OpenPgpMechanism(clock).Import([new KeySource(signer.Key.Fingerprint.Text, signer.PublicKey)]);
        var check = keyring.Verify(message);
        return check switch
        {
            { IsGood: false } => new KeyTrouble(Text.Say($"key {signer.Key.Fingerprint} made a signature that does not count: {check.Message}")),
            _ when !check.Content.Span.SequenceEqual(content.Span) => new KeyTrouble(Text.Say($"key {signer.Key.Fingerprint} signed something else than was asked for")),
            _ => message,
        };
    }
}
