using Plomba.Trust.Keys;
using Plomba.Trust.OpenPgp;

namespace Plomba.Trust.SimpleSigning;

/// <summary>
/// The OpenPGP mechanism: BouncyCastle takes packets apart, the platform does the mathematics, and everything that makes
/// a key count is decided here (TRUST.md §4.3). Stricter than the reference where it is documented as free to be:
/// SHA-1, RIPEMD-160 and keys below 2048 bits are refused, cleartext-signed text is not read.
/// </summary>
public sealed class OpenPgpMechanism(TimeProvider clock) : ISignatureMechanism
{
    /// <inheritdoc/>
    public IKeyring Import(IReadOnlyList<KeySource> sources) =>
        new Keyring(KeyRing.Union([.. sources.Select(s => KeyRing.Read(s.Bytes))]), clock);

    private sealed class Keyring(IReadOnlyList<Certificate> certificates, TimeProvider clock) : IKeyring
    {
        private readonly List<Certificate> _certificates = [.. certificates.Where(c => c.IsSelfSigned(clock.GetUtcNow()))];

        public IReadOnlyList<Fingerprint> Keys => [.. _certificates.Select(c => c.Fingerprint)];

        public SignatureCheck Verify(ReadOnlyMemory<byte> message)
        {
            try
            {
                return Verify(InlineMessage.Read(message));
            }
            catch (OpenPgpException e)
            {
                return SignatureCheck.Refused(SignatureReason.Malformed, e.Message);
            }
        }

        private SignatureCheck Verify(InlineMessage message)
        {
            var signature = message.Signature;
            if (UselessBecause(signature) is { } useless)
                return Refused(message, useless);
            KeyProblem? problem = null;
            Fingerprint? key = null, signingKey = null;
            // Key ids are short and can collide: every key that the id fits is asked.
            foreach (var candidate in Candidates(signature))
            {
                (key, signingKey) = (candidate.Certificate.Fingerprint, candidate.Fingerprint);
                if (!candidate.Key.Verifies(signature, message.Content))
                    problem ??= new KeyProblem(SignatureReason.BadSignature, Text.Say($"not made by key {signingKey} over this content"));
                else if (candidate.Problem(clock.GetUtcNow()) is { } because)
                    problem = because;
                else
                    return SignatureCheck.Good(message.Content, key.Value, signingKey.Value);
            }

            problem ??= new KeyProblem(SignatureReason.UnknownKey, Text.Say($"key {signature.IssuerKeyId ?? Text.Say("(unnamed)")} is not among the keys that count here"));
            return Refused(message, problem, key ?? Named(signature), signingKey);
        }

        private KeyProblem? UselessBecause(PgpSignature signature)
        {
            if (signature.Type is not (SignatureTypes.Binary or SignatureTypes.Text))
                return new KeyProblem(SignatureReason.Malformed, Text.Say($"a signature of type 0x{signature.Type:x2} is not over content"));
            if (signature.UnknownCritical is { } critical)
                return new KeyProblem(SignatureReason.BadSignature, Text.Say($"the signature has an unknown {critical}"));
            if (!HashAlgorithms.IsStrong(signature.HashAlgorithm))
                return new KeyProblem(SignatureReason.Weak, Text.Say($"hash algorithm {signature.HashAlgorithm} is not accepted"));
            return signature.Expires is { } expiry && expiry <= clock.GetUtcNow()
                ? new KeyProblem(SignatureReason.Expired, Text.Say($"the signature expired on {expiry:u}"))
                : null;
        }

        private IEnumerable<Candidate> Candidates(PgpSignature signature)
        {
            foreach (var certificate in _certificates)
            {
                if (signature.IsIssuedBy(certificate.Primary.Fingerprint))
                    yield return new Candidate(certificate, certificate.Primary, certificate.Fingerprint, now => Older(signature, certificate.Primary) ?? certificate.SigningProblem(now));
                foreach (var subkey in certificate.Subkeys.Where(s => signature.IsIssuedBy(s.Key.Fingerprint)))
                    yield return new Candidate(certificate, subkey.Key, subkey.Fingerprint, now => Older(signature, subkey.Key) ?? subkey.SigningProblem(now));
            }
        }

        private static KeyProblem? Older(PgpSignature signature, PublicKey key) => signature.Created < key.Created
            ? new KeyProblem(SignatureReason.BadSignature, Text.Say($"the signature ({signature.Created:u}) is older than its key ({key.Created:u})"))
            : null;

        private static Fingerprint? Named(PgpSignature signature) =>
            signature.IssuerFingerprint is { } fingerprint ? Fingerprint.From(fingerprint) : null;

        private static SignatureCheck Refused(InlineMessage message, KeyProblem problem, Fingerprint? key = null, Fingerprint? signingKey = null) =>
            SignatureCheck.Refused(
                problem.Reason,
                $"Invalid GPG signature: {problem.Message}",
                ErrorClass.InvalidSignature,
                key ?? Named(message.Signature),
                signingKey,
                message.Content);
    }

    private sealed record Candidate(Certificate Certificate, PublicKey Key, Fingerprint Fingerprint, Func<DateTimeOffset, KeyProblem?> Problem);
}
