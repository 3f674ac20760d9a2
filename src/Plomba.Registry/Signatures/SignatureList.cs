using System.Collections.Concurrent;
using System.Security.Cryptography;
using Plomba.Images;
using Plomba.Registry.Access;
using Plomba.Registry.Catalog;
using Plomba.Trust.SimpleSigning;

namespace Plomba.Registry.Signatures;

/// <summary>
/// The signatures of a manifest as both views show them: what is in the catalog after a look into the inboxes, those made by the
/// namespace's keys first, then by arrival. Thread-safe.
/// </summary>
internal sealed class SignatureList(ICatalog catalog, Inboxes inboxes, KeyDirectory keys, TimeProvider clock)
{
    private const int MaximumRemembered = 16 * 1024;

    private volatile Judged _judged = new(null, new ConcurrentDictionary<Question, bool>());

    /// <summary>The list; empty when there is none.</summary>
    public async ValueTask<IReadOnlyList<StoredSignature>> ReadAsync(
        SiteView site, RepositoryName repository, Digest manifest, CancellationToken cancellation)
    {
        await inboxes.ImportAsync(site, repository, manifest, cancellation);
        var signatures = catalog.ListSignatures(repository, manifest);
        if (signatures.Count < 2 || site.NamespaceOf(repository) is not { KeyFingerprints.Count: > 0 } @namespace)
            return signatures;
        // OrderBy keeps the order of arrival among equals.
        return [.. signatures.OrderBy(signature => IsByKeyOf(site, @namespace, signature) ? 0 : 1)];
    }

    private bool IsByKeyOf(SiteView site, NamespaceView @namespace, StoredSignature signature)
    {
        var served = keys.Read(site);
        var judged = _judged;
        if (!ReferenceEquals(judged.Keys, served) || judged.Answers.Count > MaximumRemembered)
            _judged = judged = new Judged(served, new ConcurrentDictionary<Question, bool>());
        var question = new Question(@namespace.Name, Convert.ToHexString(SHA256.HashData(signature.Content.Span)));
        return judged.Answers.GetOrAdd(question, _ => Verify(served, @namespace, signature));
    }

    private bool Verify(IReadOnlyList<ServedKey> served, NamespaceView @namespace, StoredSignature signature)
    {
        var sources = served
            .Where(key => @namespace.KeyFingerprints.Contains(key.Info.Fingerprint.Text))
            .Select(key => new KeySource(key.FileName, key.Bytes));
        return new OpenPgpMechanism(clock).Import([.. sources]).Verify(signature.Content).IsGood;
    }

    private sealed record Judged(IReadOnlyList<ServedKey>? Keys, ConcurrentDictionary<Question, bool> Answers);

    private readonly record struct Question(string Namespace, string Content);
}
