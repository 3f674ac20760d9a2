using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using Plomba.Images;
using Plomba.Images.Transports;
using Plomba.Trust.Files;
using Plomba.Trust.Policy;
using Plomba.Trust.SimpleSigning;

namespace Plomba.Hosts.Stores;

/// <summary>
/// Decides about stored images as a pull under a policy would, by the one verifier, from what the store itself kept:
/// nothing is contacted. The same manifest with the same signatures under the same name is verified once, in however
/// many stores it lies. Thread-safe.
/// </summary>
/// <param name="policy">The policy, of today or of a plan.</param>
/// <param name="policyFile">Where it came from, for explanations; null when it was derived in memory.</param>
/// <param name="keys">The key files it names.</param>
/// <param name="clock">When keys must count.</param>
public sealed class ImageJudge(SignaturePolicy policy, string? policyFile, ITrustFiles keys, TimeProvider clock)
{
    private readonly PolicyEvaluator _evaluator = new(new OpenPgpMechanism(clock), keys, clock);
    private readonly ConcurrentDictionary<(string? Scope, string Name, Digest Manifest, Digest? Instance, Digest Signatures), Verdict> _known = new();

    /// <summary>The verdict about one stored image under each of its names.</summary>
    public JudgedImage Judge(ImageStore store, ImageRecord image)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(image);
        var content = ImageContent.Read(store, image);
        // What lost its name to a newer image was pulled under a name it had.
        var names = image.Names.IsEmpty ? image.FormerNames : image.Names;
        var judged = names.Distinct(StringComparer.Ordinal).Select(n => new NamedVerdict(n, Judge(content, n))).ToImmutableArray();
        if (judged.IsEmpty)
        {
            var id = new StoredImage(new StoreLocation(store.Driver, store.GraphRoot, "", ""), null, image.Id);
            judged = [new NamedVerdict(null, Best(content, PolicyChoice.For(policy, id, policyFile), id))];
        }

        return new JudgedImage(store, image, judged, content.Damage);
    }

    /// <summary>What the policy asks of an image of that name before anything of it is known.</summary>
    /// <param name="image">The name.</param>
    public PolicyChoice ChoiceFor(DockerImage image) => PolicyChoice.For(policy, image, policyFile);

    private Verdict Judge(ImageContent content, string name)
    {
        if (!ImageReference.TryParse(name, out var reference, out var error))
            return Verdict.Undecided($"docker://{name}", error.Message);
        // Some programs record a tag beside the digest that was pulled: the digest says more.
        var image = new DockerImage(reference.Digest is { } digest ? reference.ByDigest(digest) : reference.WithDefaultTag(), false);
        var choice = PolicyChoice.For(policy, image, policyFile);
        var verdict = Best(content, choice, image);
        if (verdict.Kind == VerdictKind.Accepted || !choice.NeedsSignatures || image.Reference.Digest is not null)
            return verdict;
        // The store keeps the signatures of the last pull alone. An image pulled under two tags of its repository has
        // those of one of them, and a pull by digest would be accepted with any.
        return content.Manifests
            .Select(m => Evaluate(choice, new DockerImage(image.Reference.ByDigest(m.Digest), false), m, null))
            .FirstOrDefault(v => v.Kind == VerdictKind.Accepted) ?? verdict;
    }

    // Any manifest of the image will do, for they all have the same config and so the same content.
    private Verdict Best(ImageContent content, PolicyChoice choice, TransportReference image)
    {
        if (content.Manifests.IsEmpty)
            return Verdict.Undecided(image.ImageName, content.Damage!) with { Policy = choice };
        Verdict? best = null;
        foreach (var manifest in content.Manifests)
        {
            var instance = image.DockerReference?.Digest is { } asked && content.Indexes.TryGetValue(asked, out var instances) && instances.Contains(manifest.Digest)
                ? manifest.Digest
                : (Digest?)null;
            var verdict = Evaluate(choice, image, manifest, instance);
            if (verdict.Kind == VerdictKind.Accepted)
                return verdict;
            best ??= verdict;
        }

        return best!;
    }

    private Verdict Evaluate(PolicyChoice choice, TransportReference image, ManifestInStore manifest, Digest? instance)
    {
        if (manifest.Signatures.Failure is not null)
            return Verify();
        return _known.GetOrAdd((choice.Scope, image.ImageName, manifest.Digest, instance, DigestOf(manifest.Signatures)), _ => Verify());

        Verdict Verify() => _evaluator.Evaluate(
            choice,
            new EvaluatedImage(image, manifest.Document.Content, manifest.Signatures) { Instance = instance, MediaType = manifest.Document.MediaType });
    }

    // As they are stored, each by itself: the payload of a sigstore signature says nothing of who made it, and whose store
    // has the same payload beside another signature must not answer for this one.
    private static Digest DigestOf(SignatureListing listing) =>
        Digest.Sha256([.. listing.Signatures.SelectMany(s => Encoding.ASCII.GetBytes(Digest.Sha256(StoredBlob.Write(s)).Hex))]);
}

internal static class ByDigestExtension
{
    /// <summary>The same repository, by digest alone.</summary>
    public static ImageReference ByDigest(this ImageReference image, Digest digest) => image.WithoutTagAndDigest().WithDigest(digest);
}

/// <summary>What a policy says about a stored image.</summary>
/// <param name="Store">Where it lies.</param>
/// <param name="Image">Its record.</param>
/// <param name="Names">The verdict under each of its names; under its id alone (name null) when it never had one. Never empty.</param>
/// <param name="Damage">Why it is not the image that its manifest says; null when it is.</param>
public sealed record JudgedImage(ImageStore Store, ImageRecord Image, ImmutableArray<NamedVerdict> Names, string? Damage)
{
    /// <summary>Whether its content may be used: it is accepted under one of its names.</summary>
    public bool IsAccepted => Damage is null && Names.Any(n => n.Verdict.Kind == VerdictKind.Accepted);

    /// <summary>Names under which it is not accepted.</summary>
    public IEnumerable<NamedVerdict> Refused => Names.Where(n => n.Verdict.Kind != VerdictKind.Accepted);

    /// <summary>How people call it: its first name, else the beginning of its id. Foreign text.</summary>
    public string Title => Names[0].Name ?? Image.Id[..12];

    /// <summary>Why it is refused, in the reference's words; null when it is accepted.</summary>
    public string? Reason => IsAccepted ? null : Damage ?? Names[0].Verdict.Refusal!.Message;
}

/// <summary>The verdict about an image under one name.</summary>
/// <param name="Name">As the store has it; foreign text. Null: the image has no name.</param>
/// <param name="Verdict">The decision.</param>
public sealed record NamedVerdict(string? Name, Verdict Verdict);
