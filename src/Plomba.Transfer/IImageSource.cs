using Plomba.Images;
using Plomba.Images.Transports;
using Plomba.Trust.Policy;

namespace Plomba.Transfer;

/// <summary>A manifest as its store handed it out. Nothing in it has been verified but what the method that gave it says.</summary>
/// <param name="Bytes">The raw bytes, at most <see cref="LongestManifest"/>.</param>
/// <param name="MediaType">What the store says it is; null when it does not say.</param>
public sealed record StoredManifest(ReadOnlyMemory<byte> Bytes, string? MediaType)
{
    /// <summary>Longest manifest that is read from anywhere, in bytes (TRUST.md §9).</summary>
    public const int LongestManifest = 4 * 1024 * 1024;
}

/// <summary>
/// One image where it lies: a registry, a directory, a layout. Every method throws <see cref="TransferException"/> when
/// the store cannot be read. Thread-safe.
/// </summary>
public interface IImageSource
{
    /// <summary>The name it was opened by.</summary>
    TransportReference Name { get; }

    /// <summary>The manifest or index the name stands for; asked for by digest, its bytes have that digest.</summary>
    Task<StoredManifest> GetManifestAsync(CancellationToken cancellation);

    /// <summary>An instance of the index; its bytes have that digest.</summary>
    Task<StoredManifest> GetInstanceAsync(Digest instance, CancellationToken cancellation);

    /// <summary>
    /// The signatures stored for a manifest. A store that cannot be read is part of the answer
    /// (<see cref="SignatureListing.Failure"/>), for what it means is the policy's affair.
    /// </summary>
    /// <param name="manifest">The digest its signatures are stored under.</param>
    /// <param name="isInstance">Whether it is an instance of the index that the name stands for.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    Task<SignatureListing> GetSignaturesAsync(Digest manifest, bool isInstance, CancellationToken cancellation);
}
