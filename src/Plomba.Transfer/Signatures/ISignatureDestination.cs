using Plomba.Images;
using Plomba.Trust;
using Plomba.Trust.Policy;

namespace Plomba.Transfer.Signatures;

/// <summary>What became of a signature that was handed to a store.</summary>
internal enum SignaturePlace
{
    /// <summary>Clients find it.</summary>
    Stored,

    /// <summary>It lies where signatures wait for being published; clients do not find it yet.</summary>
    Staged,
}

/// <summary>
/// Where the signatures of one repository are added: what is there already, by whomever, stays. Every method throws
/// <see cref="TransferException"/> when the store cannot be read or written.
/// </summary>
internal interface ISignatureDestination
{
    /// <summary>URL or path for people, without credentials.</summary>
    string LocationOf(Digest manifest);

    /// <summary>All signatures there are for a manifest, those that wait for being published too.</summary>
    Task<IReadOnlyList<StoredSignature>> ReadAsync(Digest manifest, CancellationToken cancellation);

    /// <summary>Adds one. It may be read back when the method returns.</summary>
    Task<SignaturePlace> AddAsync(Digest manifest, StoredSignature signature, CancellationToken cancellation);
}

/// <summary>What the destinations have in common.</summary>
internal static class SignatureListings
{
    /// <summary>The signatures, or the failure as an exception.</summary>
    public static IReadOnlyList<StoredSignature> OrThrow(this SignatureListing listing) => listing.Failure is { } failure
        ? throw new TransferException(TransferTrouble.Protocol, failure)
        : listing.Signatures;
}
