using Plomba.Images;
using Plomba.Images.Manifests;
using Plomba.Images.Transports;
using Plomba.Trust.Policy;

namespace Plomba.Transfer.Verifying;

/// <summary>What of an image is verified.</summary>
/// <param name="Platform">Which instance of an index.</param>
/// <param name="AllInstances">Every instance of an index instead; the index itself is never judged (TRUST.md §9).</param>
/// <param name="RequireSigned">Refuse what the policy accepts without asking for a signature.</param>
public sealed record VerifyScope(PlatformSelection Platform, bool AllInstances = false, bool RequireSigned = false);

/// <summary>
/// Decides whether images may be used, as a pull would: manifest, instance, signatures, policy, each read once. Trouble
/// on the way is an undecided verdict, never an exception. Thread-safe.
/// </summary>
/// <param name="policy">The policy.</param>
/// <param name="policyFile">Where it came from, for explanations; null when it was derived in memory.</param>
/// <param name="evaluator">Applies it.</param>
/// <param name="sources">Opens images.</param>
public sealed class ImageVerifier(SignaturePolicy policy, string? policyFile, PolicyEvaluator evaluator, ImageSources sources)
{
    /// <summary>The verdict; with <see cref="VerifyScope.AllInstances"/> one for each instance of an index.</summary>
    public async Task<IReadOnlyList<Verdict>> VerifyAsync(TransportReference image, VerifyScope scope, CancellationToken cancellation)
    {
        var choice = PolicyChoice.For(policy, image, policyFile);
        try
        {
            var source = sources.Open(image);
            var manifest = await source.GetManifestAsync(cancellation);
            var document = Parse(manifest);
            if (document is not ImageIndex index)
                return [await JudgeAsync(source, choice, document, null, null, scope, cancellation)];
            var indexDigest = Digest.Sha256(manifest.Bytes.Span);
            return await Task.WhenAll(Instances(index, scope).Select(i => JudgeInstanceAsync(source, choice, i, indexDigest, scope, cancellation)));
        }
        catch (TransferException e)
        {
            return [Undecided(image, choice, e)];
        }
    }

    private async Task<Verdict> JudgeInstanceAsync(
        IImageSource source, PolicyChoice choice, Descriptor instance, Digest index, VerifyScope scope, CancellationToken cancellation)
    {
        try
        {
            var document = Parse(await source.GetInstanceAsync(instance.Digest, cancellation));
            if (document is ImageIndex)
                throw new TransferException(TransferTrouble.Protocol, Text.Say($"instance {instance.Digest} of the index is an index itself"));
            return await JudgeAsync(source, choice, document, instance, index, scope, cancellation);
        }
        catch (TransferException e)
        {
            return Undecided(source.Name, choice, e);
        }
    }

    private async Task<Verdict> JudgeAsync(
        IImageSource source,
        PolicyChoice choice,
        ManifestDocument document,
        Descriptor? instance,
        Digest? index,
        VerifyScope scope,
        CancellationToken cancellation)
    {
        var signatures = choice.NeedsSignatures
            ? await source.GetSignaturesAsync(SignatureDigest(source, document, instance), instance is not null, cancellation)
            : SignatureListing.Empty;
        var image = new EvaluatedImage(source.Name, document.Content, signatures)
        {
            Instance = instance?.Digest,
            MediaType = document.MediaType,
            Platform = instance?.Platform?.ToString(),
            Index = index,
        };
        return evaluator.Evaluate(choice, image, scope.RequireSigned);
    }

    // Signatures are stored under the digest by which the manifest was asked for, else under its sha256 (TRUST.md §5.3).
    private static Digest SignatureDigest(IImageSource source, ManifestDocument document, Descriptor? instance) =>
        instance?.Digest ?? (source.Name.DockerReference?.Digest is { IsSha256: true } asked ? asked : Digest.Sha256(document.Content.Span));

    private static IEnumerable<Descriptor> Instances(ImageIndex index, VerifyScope scope)
    {
        if (!scope.AllInstances)
        {
            return InstanceChoice.Choose(index, scope.Platform) is { } chosen
                ? [chosen]
                : throw new TransferException(TransferTrouble.NotFound, InstanceChoice.NotFoundMessage(index, scope.Platform));
        }

        return index.Manifests.Count > 0
            ? index.Manifests
            : throw new TransferException(TransferTrouble.NotFound, Text.Say("the index holds no image"));
    }

    private static ManifestDocument Parse(StoredManifest manifest) =>
        ManifestDocument.TryParse(manifest.Bytes, manifest.MediaType, out var document, out var error)
            ? document
            : throw new TransferException(TransferTrouble.Protocol, Text.Say($"the manifest cannot be used: {error.Message}"));

    private static Verdict Undecided(TransportReference image, PolicyChoice choice, TransferException e) =>
        Verdict.Undecided(image.ImageName, e.Message, TroubleHints.For(e, image)) with { Policy = choice };
}
