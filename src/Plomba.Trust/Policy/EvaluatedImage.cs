using System.Collections.Immutable;
using Plomba.Images;
using Plomba.Images.Transports;
using Plomba.Trust.SimpleSigning;

namespace Plomba.Trust.Policy;

/// <summary>Everything about one image that a policy is applied to. Immutable.</summary>
/// <param name="Name">The name the user gave, also when the image came through a mirror.</param>
/// <param name="Manifest">The raw bytes of the manifest: of the instance, when the name means an index.</param>
/// <param name="Signatures">What the signature store holds for that manifest.</param>
public sealed record EvaluatedImage(TransportReference Name, ReadOnlyMemory<byte> Manifest, SignatureListing Signatures)
{
    /// <summary>The digest under which an index names this instance; null when the image is no instance of an index.</summary>
    public Digest? Instance { get; init; }

    /// <summary>For explanations only: the manifest's media type, null when unknown.</summary>
    public string? MediaType { get; init; }

    /// <summary>For explanations only: <c>os/architecture[/variant]</c>, null when unknown.</summary>
    public string? Platform { get; init; }

    /// <summary>For explanations only: the digest of the index this instance was chosen from.</summary>
    public Digest? Index { get; init; }

    /// <summary>The raw bytes of the manifest. Not to be replaced: the digest is that of these.</summary>
    public ReadOnlyMemory<byte> Manifest { get; } = Manifest;

    /// <summary>The manifest's sha256 digest: signatures are compared with no other.</summary>
    public Digest ManifestDigest { get; } = Digest.Sha256(Manifest.Span);

    /// <summary>
    /// The digest that was asked for, which the manifest must have; null when a tag was asked for. Only sha256 can match
    /// (TRUST.md §9): who serves other algorithms verifies those itself and names the image by its tag or sha256 here.
    /// </summary>
    public Digest? ExpectedDigest => Instance ?? Name.DockerReference?.Digest;
}

/// <summary>Where signatures were looked for.</summary>
/// <param name="Kind"><c>extension</c>, <c>lookaside</c>, <c>attachments</c>, <c>dir</c>, <c>catalog</c>, <c>none</c>.</param>
/// <param name="Location">The URL or path of the image's signatures, without credentials.</param>
/// <param name="From">The configuration file that named it; null when nothing did.</param>
public sealed record SignatureStore(string Kind, string Location, string? From = null);

/// <summary>The signatures of one manifest, in the store's order, or why they could not be had. Immutable.</summary>
public sealed record SignatureListing
{
    private SignatureListing(SignatureStore? store, ImmutableArray<StoredSignature> signatures, string? failure)
    {
        Store = store;
        Signatures = signatures;
        Failure = failure;
    }

    /// <summary>Where they come from; null when unknown or not looked up.</summary>
    public SignatureStore? Store { get; }

    /// <summary>Empty when there is a <see cref="Failure"/>.</summary>
    public ImmutableArray<StoredSignature> Signatures { get; }

    /// <summary>Why the store could not be read, in the reference's words; null when it was.</summary>
    public string? Failure { get; }

    /// <summary>No signature.</summary>
    public static SignatureListing Empty { get; } = new(null, [], null);

    /// <summary>What a store holds.</summary>
    public static SignatureListing Of(IEnumerable<StoredSignature> signatures, SignatureStore? store = null) =>
        new(store, [.. signatures], null);

    /// <summary>The store could not be read: nothing that needs a signature can be decided.</summary>
    public static SignatureListing Failed(string message, SignatureStore? store = null) => new(store, [], message);

    /// <summary>These signatures and then those of a further store; a failure of either is one of the whole.</summary>
    public SignatureListing Then(SignatureListing further)
    {
        ArgumentNullException.ThrowIfNull(further);
        if (Failure is not null || further.Failure is not null)
            return Failure is not null ? this : further;
        if (Signatures.IsEmpty || further.Signatures.IsEmpty)
            return further.Signatures.IsEmpty ? this : further;
        var store = Store is null || further.Store is null ? Store ?? further.Store
            : new SignatureStore($"{Store.Kind}, {further.Store.Kind}", $"{Store.Location}, {further.Store.Location}", Store.From);
        return new SignatureListing(store, [.. Signatures, .. further.Signatures], null);
    }

    /// <summary>
    /// The signatures in stored blobs (TRUST.md §5.1). One blob of unknown format makes the whole listing a failure,
    /// whatever the others are (§3.6): a store that hands out such things is not to be trusted with an order.
    /// </summary>
    /// <param name="blobs">Bytes, each with the name messages call it.</param>
    /// <param name="store">Where they come from.</param>
    public static SignatureListing OfBlobs(IEnumerable<(string Name, ReadOnlyMemory<byte> Bytes)> blobs, SignatureStore? store = null)
    {
        var signatures = ImmutableArray.CreateBuilder<StoredSignature>();
        foreach (var (name, bytes) in blobs)
        {
            if (!StoredBlob.TryRead(bytes, out var signature, out var error))
                return Failed(Text.Say($"parsing signature {QuotedText.Of(name)}: {error}"), store);
            signatures.Add(signature);
        }

        return new SignatureListing(store, signatures.ToImmutable(), null);
    }
}
