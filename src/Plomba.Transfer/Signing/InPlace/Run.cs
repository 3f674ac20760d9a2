using Plomba.Images;
using Plomba.Images.Manifests;
using Plomba.Transfer.Signatures;

namespace Plomba.Transfer.Signing.InPlace;

/// <summary>A manifest to be signed.</summary>
/// <param name="Name">The digest it is known by: its signatures are stored under this.</param>
/// <param name="Document">Its content.</param>
/// <param name="Platform">For reports; null when it is no instance.</param>
internal sealed record Target(Digest Name, ManifestDocument Document, string? Platform)
{
    /// <summary>What is signed: only sha256 ever matches (TRUST.md §9).</summary>
    public Digest Digest { get; } = Digest.Sha256(Document.Content.Span);
}

/// <summary>The signing of one image: what is done so far, and the same steps for every manifest and key.</summary>
internal sealed class Run(IReadOnlyList<ManifestSigner> signers, string identity, IProgress<SignedManifest>? progress, TimeProvider clock)
{
    private readonly List<SignedManifest> _done = [];

    /// <summary>In the order made.</summary>
    public IReadOnlyList<SignedManifest> Done => _done;

    /// <summary>What to do about the last failure, when a key had one.</summary>
    public string? Hint { get; private set; }

    /// <summary>Signs a manifest with every key that has not signed it yet.</summary>
    /// <exception cref="TransferException">Something failed; what was done before stays.</exception>
    public async Task SignAsync(Place place, Target target, CancellationToken cancellation)
    {
        foreach (var signer in signers)
        {
            var destination = await place.ForAsync(signer.Kind, target, clock, cancellation);
            var outcome = await SignAsync(destination, signer, target, cancellation);
            var signed = new SignedManifest(target.Digest, target.Platform, signer.Key, signer.Format, outcome, destination.LocationOf(target.Name));
            _done.Add(signed);
            progress?.Report(signed);
        }
    }

    private async Task<SigningOutcome> SignAsync(ISignatureDestination destination, ManifestSigner signer, Target target, CancellationToken cancellation)
    {
        if (await IsThereAsync())
            return SigningOutcome.Present;
        if (!(await signer.SignAsync(target.Digest, identity, cancellation)).TryGet(out var signature, out var trouble))
        {
            Hint = trouble.Hint;
            throw new TransferException(TransferTrouble.Configuration, trouble.Message);
        }

        var place = await destination.AddAsync(target.Name, signature, cancellation);
        if (!await IsThereAsync())
            throw new TransferException(TransferTrouble.Mismatch, Text.Say($"the signature was stored, but read back from {destination.LocationOf(target.Name)} it is not there or does not count"));
        return place == SignaturePlace.Staged ? SigningOutcome.Staged : SigningOutcome.Made;

        async Task<bool> IsThereAsync() =>
            (await destination.ReadAsync(target.Name, cancellation)).Any(s => signer.Counts(s, target.Digest, identity));
    }
}
