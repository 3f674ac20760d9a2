namespace Plomba.Trust;

/// <summary>Why a signature did not count, in one word for programs; the word is stable (<c>reason</c> of <c>verify --output json</c>).</summary>
public enum SignatureReason
{
    /// <summary>It counted; as the reason of a requirement: there is no signature at all.</summary>
    None,

    /// <summary>No signature of its format at all, or its payload has the wrong shape.</summary>
    Malformed,

    /// <summary>Made by a key that is not in the keyring.</summary>
    UnknownKey,

    /// <summary>The cryptography says it was not made over this content by that key.</summary>
    BadSignature,

    /// <summary>Signature or key expired, or the key is from the future.</summary>
    Expired,

    /// <summary>The key, or the subkey that signed, was revoked.</summary>
    Revoked,

    /// <summary>An algorithm or key size that no longer proves anything.</summary>
    Weak,

    /// <summary>Good, but made for another manifest.</summary>
    Digest,

    /// <summary>Good, but made for another name.</summary>
    Identity,

    /// <summary>The signature store could not be read.</summary>
    Store,

    /// <summary>The keys of the requirement could not be read, or are none.</summary>
    Key,

    /// <summary>The policy does not let any signature count here.</summary>
    Policy,
}
