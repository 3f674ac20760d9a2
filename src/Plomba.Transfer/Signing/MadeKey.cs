using Plomba.Trust.Keys;

namespace Plomba.Transfer.Signing;

/// <summary>A key that was made.</summary>
/// <param name="Key">What was made.</param>
/// <param name="File">The key file; null: the key is in a GnuPG home.</param>
/// <param name="Revocation">The file with the certificate that revokes it; null: GnuPG made none.</param>
public sealed record MadeKey(KeyInfo Key, string? File, string? Revocation);
