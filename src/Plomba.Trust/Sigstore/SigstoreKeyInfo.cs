namespace Plomba.Trust.Sigstore;

/// <summary>What people want to know about a sigstore public key.</summary>
/// <param name="Id"><c>sha256:</c> and the hex digits of the SHA-256 of the key as a SubjectPublicKeyInfo.</param>
/// <param name="Algorithm"><c>ecdsa-p256</c>, <c>ecdsa-p384</c>, <c>ecdsa-p521</c>, <c>rsa3072</c> and the like, <c>ed25519</c>.</param>
public sealed record SigstoreKeyInfo(string Id, string Algorithm);
