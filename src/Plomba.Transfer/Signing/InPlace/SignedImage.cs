using Plomba.Images;

namespace Plomba.Transfer.Signing.InPlace;

/// <summary>What of an image is signed, and as what.</summary>
/// <param name="Identity">The name that the signatures are for, with a tag or a digest; null: the image's own.</param>
/// <param name="WithInstances">Every instance of an index, too: it is those that clients verify.</param>
public sealed record SigningScope(ImageReference? Identity = null, bool WithInstances = true);

/// <summary>What became of one signature.</summary>
public enum SigningOutcome
{
    /// <summary>Stored, read back and verified.</summary>
    Made,

    /// <summary>A good one by the same key for the same manifest and name was there already.</summary>
    Present,

    /// <summary>Written to the staging directory, read back and verified; clients do not find it yet.</summary>
    Staged,
}

/// <summary>One signature of one manifest.</summary>
/// <param name="Digest">The manifest's sha256.</param>
/// <param name="Platform">What the instance runs on; null for what is no instance, or when the index does not say.</param>
/// <param name="Key">The key, as <see cref="ManifestSigner.Key"/> has it.</param>
/// <param name="Format">As <see cref="ManifestSigner.Format"/> has it.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Location">Where it is, without credentials.</param>
public sealed record SignedManifest(Digest Digest, string? Platform, string Key, string Format, SigningOutcome Outcome, string Location);

/// <summary>What became of one image.</summary>
/// <param name="Image">Its name.</param>
/// <param name="Identity">The name the signatures are for.</param>
/// <param name="Digest">What the name stood for; null when that could not be found out.</param>
/// <param name="Signatures">What was done, also before a failure; the index comes last.</param>
/// <param name="Failure">Why it is not wholly signed; null: it is.</param>
/// <param name="Hint">What to do about the failure; null when the message says it all.</param>
public sealed record SignedImage(
    ImageReference Image, string Identity, Digest? Digest, IReadOnlyList<SignedManifest> Signatures, string? Failure, string? Hint);
