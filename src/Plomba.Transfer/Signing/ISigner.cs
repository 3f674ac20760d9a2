using Plomba.Trust.Keys;

namespace Plomba.Transfer.Signing;

/// <summary>A secret key that is at hand, wherever it is kept. Thread-safe.</summary>
public interface ISigner
{
    /// <summary>The key, as a policy would see it.</summary>
    KeyInfo Key { get; }

    /// <summary>The public key, binary: what verifies the signatures made here.</summary>
    ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>
    /// Signs <paramref name="content"/> into an inline-signed binary message (TRUST.md §4.2), which has been verified with
    /// <see cref="PublicKey"/> under our own key policy before it is returned. May ask a person for a passphrase.
    /// </summary>
    Task<KeyResult<byte[]>> SignAsync(ReadOnlyMemory<byte> content, CancellationToken cancellation);
}
