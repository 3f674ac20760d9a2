using System.Text;
using Plomba.Images;
using Plomba.Trust.Keys;
using Plomba.Trust.SimpleSigning;

namespace Plomba.Trust.Tests.Policy;

/// <summary>
/// A mechanism that believes what a message says, so that explanations have fixed fingerprints; the real one is used with
/// real keys in the recorded cases. A message is <c>good PAYLOAD</c> or <c>REASON PAYLOAD</c>; a key file that does not
/// begin with <c>key</c> holds no key.
/// </summary>
internal sealed class ScriptedMechanism : ISignatureMechanism
{
    public static Fingerprint Key { get; } = Parse("A3E974E9F5F02BB1F25C065A6C068FD6FBE778C6");

    public IKeyring Import(IReadOnlyList<KeySource> sources) =>
        new Keyring([.. sources.Where(s => s.Bytes.Span.StartsWith("key"u8)).Select(_ => Key).Distinct()]);

    public static ReadOnlyMemory<byte> Good(string identity, Digest digest) => Message("good", identity, digest);

    public static ReadOnlyMemory<byte> Message(string result, string identity, Digest digest) =>
        Encoding.UTF8.GetBytes($"{result} {Encoding.UTF8.GetString(new SignedPayload(digest, identity, null, null).Write())}");

    private static Fingerprint Parse(string text) => Fingerprint.TryParse(text, out var fingerprint) ? fingerprint : throw new FormatException(text);

    private sealed class Keyring(IReadOnlyList<Fingerprint> keys) : IKeyring
    {
        public IReadOnlyList<Fingerprint> Keys => keys;

        public SignatureCheck Verify(ReadOnlyMemory<byte> message)
        {
            var space = message.Span.IndexOf((byte)' ');
            var content = message[(space + 1)..];
            var result = Encoding.UTF8.GetString(message.Span[..space]);
            return result == "good"
                ? SignatureCheck.Good(content, Key, Key)
                : SignatureCheck.Refused(Enum.Parse<SignatureReason>(result), $"Invalid GPG signature: {result}", key: Key, claimed: content);
        }
    }
}
