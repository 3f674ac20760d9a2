using Plomba.Trust.Files;
using Plomba.Trust.Policy;

namespace Plomba.Trust.Sigstore;

/// <summary>What a <c>sigstoreSigned</c> requirement trusts, read and parsed. Immutable, thread-safe.</summary>
/// <param name="Keys">Any one of which may have signed; empty when certificates are asked for.</param>
/// <param name="Fulcio">Null unless its certificates are asked for.</param>
/// <param name="Pki">Null unless its certificates are asked for.</param>
/// <param name="Logs">Null when no transparency log is asked for.</param>
internal sealed record SigstoreTrust(IReadOnlyList<SigstoreKey> Keys, FulcioAuthority? Fulcio, PkiAuthority? Pki, RekorLogs? Logs)
{
    /// <summary>Null, with the reference's words, when any one of the sources cannot be used.</summary>
    public static SigstoreTrust? Read(SigstoreSigned requirement, ITrustFiles files, out string? failure)
    {
        var reading = new Reading(files);
        var keys = requirement.Keys is { } sources ? reading.Keys(sources, (number, error) => Text.Say($"parsing public key {number}: {error}")) : [];
        var fulcio = requirement.Fulcio is { } f ? reading.Fulcio(f) : null;
        var logs = requirement.RekorKeys is { } rekor ? reading.Logs(rekor) : null;
        var pki = requirement.Pki is { } p ? reading.Pki(p) : null;
        failure = reading.Failure;
        return failure is null ? new SigstoreTrust(keys, fulcio, pki, logs) : null;
    }

    private sealed class Reading(ITrustFiles files)
    {
        /// <summary>The first one.</summary>
        public string? Failure { get; private set; }

        public List<SigstoreKey> Keys(KeyMaterial material, Func<int, string, string> mistake)
        {
            var keys = new List<SigstoreKey>();
            foreach (var (index, bytes) in Bytes(material).Index())
            {
                if (SigstoreKey.TryReadPem(bytes.Span, out var key, out var error))
                    keys.Add(key);
                else
                    Failure ??= mistake(index + 1, error);
            }

            return keys;
        }

        public RekorLogs Logs(KeyMaterial material)
        {
            var keys = Keys(material, (number, error) => Text.Say($"parsing Rekor public key {number}: {error}"));
            foreach (var (index, key) in keys.Index())
            {
                if (key is not EllipticSigstoreKey)
                    Failure ??= Text.Say($"Rekor public key {index + 1} is not using ECDSA");
            }

            return new RekorLogs([.. keys.OfType<EllipticSigstoreKey>()]);
        }

        public FulcioAuthority? Fulcio(Fulcio fulcio)
        {
            var roots = Certificates.ReadAuthority(One(fulcio.Ca));
            if (roots.Count == 0)
                Failure ??= Text.Say("error loading Fulcio CA certificates");
            return new FulcioAuthority(roots, fulcio.OidcIssuer, fulcio.SubjectEmail);
        }

        public PkiAuthority? Pki(Pki pki)
        {
            var roots = Certificates.ReadAuthority(One(pki.CaRoots));
            if (roots.Count == 0)
                Failure ??= Text.Say("error loading PKI CA certificates");
            var intermediates = pki.CaIntermediates is { } material ? Certificates.ReadAuthority(One(material)) : [];
            if (pki.CaIntermediates is not null && intermediates.Count == 0)
                Failure ??= Text.Say("error loading PKI intermediate certificates");
            return new PkiAuthority(roots, intermediates, pki.SubjectEmail, pki.SubjectHostname);
        }

        private ReadOnlySpan<byte> One(KeyMaterial material) => Bytes(material) is [var bytes] ? bytes.Span : default;

        private IReadOnlyList<ReadOnlyMemory<byte>> Bytes(KeyMaterial material)
        {
            if (RequirementKeys.Read(material, files, out var failure) is { } sources)
                return [.. sources.Select(s => s.Bytes)];
            Failure ??= failure;
            return [];
        }
    }
}
