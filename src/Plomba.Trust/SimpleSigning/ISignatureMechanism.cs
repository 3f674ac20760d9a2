using Plomba.Trust.Keys;

namespace Plomba.Trust.SimpleSigning;

/// <summary>
/// The cryptography of simple signing: what an OpenPGP message proves, given exactly the keys of one requirement
/// (TRUST.md §4.2, §4.3). Pure: the time is the implementation's, keys and messages are handed in. Thread-safe.
/// </summary>
public interface ISignatureMechanism
{
    /// <summary>
    /// Takes up the union of all keys in <paramref name="sources"/>. What cannot be read as keys contributes none and is
    /// no error: a keyring without any key then refuses everything (<c>No public keys imported</c>).
    /// </summary>
    IKeyring Import(IReadOnlyList<KeySource> sources);
}

/// <summary>Public keys that count for one requirement. Immutable, thread-safe.</summary>
public interface IKeyring
{
    /// <summary>The primary fingerprints of the imported keys, in the order met, without duplicates.</summary>
    IReadOnlyList<Fingerprint> Keys { get; }

    /// <summary>Whether exactly one good signature by one of <see cref="Keys"/> (or a subkey of it) covers a content.</summary>
    SignatureCheck Verify(ReadOnlyMemory<byte> message);
}

/// <summary>One key file, or one <c>keyData</c>, of a requirement.</summary>
/// <param name="Name">What messages call it: the path, or <c>keyData</c>.</param>
/// <param name="Bytes">Binary or armored keys, as many as there are.</param>
public sealed record KeySource(string Name, ReadOnlyMemory<byte> Bytes);

/// <summary>What one OpenPGP message proves.</summary>
public sealed record SignatureCheck
{
    private SignatureCheck()
    {
    }

    /// <summary>Whether the signature is good and made by a key of the keyring.</summary>
    public bool IsGood => Reason == SignatureReason.None;

    /// <summary>
    /// What the signature covers; nothing else of the message may be believed. Of a refused signature: what it claims to
    /// cover, for explanations only, or empty when that could not be read.
    /// </summary>
    public ReadOnlyMemory<byte> Content { get; private init; }

    /// <summary>The primary key it counts for; of a refused signature the key it names, as far as known.</summary>
    public Fingerprint? Key { get; private init; }

    /// <summary>The key that made it: <see cref="Key"/> or one of its subkeys.</summary>
    public Fingerprint? SigningKey { get; private init; }

    /// <summary>Why it does not count; <see cref="SignatureReason.None"/> when it is good.</summary>
    public SignatureReason Reason { get; private init; }

    /// <summary>The reference-style text of the refusal, such as <c>Invalid GPG signature: …</c>; empty when good.</summary>
    public string Message { get; private init; } = "";

    /// <summary>The class of the refusal; without meaning when good.</summary>
    public ErrorClass Class { get; private init; }

    /// <summary>A good signature over <paramref name="content"/>.</summary>
    public static SignatureCheck Good(ReadOnlyMemory<byte> content, Fingerprint key, Fingerprint signingKey) =>
        new() { Content = content, Key = key, SigningKey = signingKey };

    /// <summary>A signature that does not count.</summary>
    public static SignatureCheck Refused(
        SignatureReason reason,
        string message,
        ErrorClass @class = ErrorClass.InvalidSignature,
        Fingerprint? key = null,
        Fingerprint? signingKey = null,
        ReadOnlyMemory<byte> claimed = default) =>
        new() { Reason = reason, Message = message, Class = @class, Key = key, SigningKey = signingKey, Content = claimed };
}
