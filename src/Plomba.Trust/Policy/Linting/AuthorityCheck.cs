using System.Security.Cryptography.X509Certificates;
using Plomba.Trust.Files;
using Plomba.Trust.Keys;
using Plomba.Trust.Sigstore;

namespace Plomba.Trust.Policy.Linting;

/// <summary>Whether the logs' keys and the authorities' certificates of sigstore requirements are there and in their time.</summary>
internal sealed class AuthorityCheck(ITrustFiles files, DateTimeOffset now)
{
    /// <summary>What is wrong; <c>Keys</c> lead to the place in the requirement.</summary>
    public IEnumerable<(bool IsError, string Id, string Text, string[] Keys)> Find(SigstoreSigned requirement)
    {
        foreach (var (name, bytes, failure) in Sources(requirement.RekorKeys))
        {
            if (failure is not null)
                yield return (true, PolicyFindingId.KeyUnreadable, Text.Say($"{failure}: every signature is refused"), []);
            else if (!SigstoreKey.TryReadPem(bytes.Span, out var key, out var error))
                yield return (true, PolicyFindingId.KeyNone, Text.Say($"{name}: {QuotedText.Printable(error)}: every signature is refused"), []);
            else if (key is not EllipticSigstoreKey)
                yield return (true, PolicyFindingId.KeyUnusable, Text.Say($"{name}: a log's key must be ECDSA: every signature is refused"), []);
        }

        // Fulcio's certificates are judged as of when the log took the signature up, those of a PKI as of now.
        foreach (var finding in Certificates("fulcio", requirement.Fulcio?.Ca, mustBeValidNow: false)
            .Concat(Certificates("pki", requirement.Pki?.CaRoots, mustBeValidNow: true))
            .Concat(Certificates("pki", requirement.Pki?.CaIntermediates, mustBeValidNow: true)))
        {
            yield return finding;
        }
    }

    private IEnumerable<(bool IsError, string Id, string Text, string[] Keys)> Certificates(string place, KeyMaterial? material, bool mustBeValidNow)
    {
        foreach (var (name, bytes, failure) in Sources(material))
        {
            if (failure is not null)
            {
                yield return (true, PolicyFindingId.KeyUnreadable, Text.Say($"{failure}: every signature is refused"), [place]);
                continue;
            }

            var certificates = Sigstore.Certificates.ReadAuthority(bytes.Span);
            if (certificates.Count == 0)
                yield return (true, PolicyFindingId.KeyNone, Text.Say($"{name} holds no certificate: every signature is refused"), [place]);
            var isHopeless = mustBeValidNow && certificates.All(c => c.NotAfter.ToUniversalTime() <= now.UtcDateTime);
            foreach (var certificate in certificates)
            {
                if (Problem(certificate) is var (id, what))
                    yield return (isHopeless, id, Text.Say($"{name}: certificate {QuotedText.Of(certificate.Subject)} {what}"), [place]);
                certificate.Dispose();
            }
        }
    }

    private (string Id, string What)? Problem(X509Certificate2 certificate)
    {
        var end = new DateTimeOffset(certificate.NotAfter.ToUniversalTime());
        return Expiry.Of(end, now) switch
        {
            ExpiryUrgency.None => null,
            ExpiryUrgency.Expired => (PolicyFindingId.KeyExpired, Text.Say($"expired on {end:u}")),
            _ => (PolicyFindingId.KeyExpiresSoon, Text.Say($"expires on {end:u}")),
        };
    }

    private IEnumerable<(string Name, ReadOnlyMemory<byte> Bytes, string? Failure)> Sources(KeyMaterial? material)
    {
        foreach (var content in material?.Contents ?? [])
            yield return ("keyData", content, null);
        foreach (var path in material?.Files ?? [])
        {
            var reading = files.Read(path, RequirementKeys.MaximumLength);
            yield return (QuotedText.Of(path), reading.IsRead ? reading.Bytes : default, reading.IsRead ? null : QuotedText.Printable(reading.Message));
        }
    }
}
