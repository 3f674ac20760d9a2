using System.Diagnostics.CodeAnalysis;
using Plomba.Trust.Sigstore;
using Plomba.Trust.Tuf;

namespace Plomba.Site.Publishing;

/// <summary>A private key that is at hand for signing a trust bundle. Disposes the private key.</summary>
public sealed class SigningKey : IDisposable
{
    private readonly SigstoreSecretKey _secret;

    private SigningKey(SigstoreSecretKey secret, TufKey @public) => (_secret, Public) = (secret, @public);

    /// <summary>Its public half.</summary>
    public TufKey Public { get; }

    /// <summary>Takes over a private key; false when such a key does not sign trust bundles.</summary>
    public static bool TryTake(SigstoreSecretKey secret, [NotNullWhen(true)] out SigningKey? key, [NotNullWhen(false)] out string? why)
    {
        key = TufKey.TryMake(secret, out var half, out why) ? new SigningKey(secret, half) : null;
        return key is not null;
    }

    /// <summary>The metadata with this key's signature for a role of a root; unchanged when the key is none of that role.</summary>
    internal SignedMetadata Sign(SignedMetadata metadata, RootMetadata root, TufRole role) =>
        root.IdOf(Public, role) is { } id ? metadata.SignedBy(_secret, id) : metadata;

    /// <inheritdoc/>
    public void Dispose() => _secret.Dispose();
}
