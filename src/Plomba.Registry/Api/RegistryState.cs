using Microsoft.Extensions.Logging;
using Plomba.Registry.Access;
using Plomba.Registry.Blobs;
using Plomba.Registry.Catalog;
using Plomba.Registry.Signatures;

namespace Plomba.Registry.Api;

/// <summary>What every request works with, put together once at start.</summary>
internal sealed record RegistryState(
    IBlobStore Blobs,
    ICatalog Catalog,
    ISiteSource Site,
    Accounts Accounts,
    BearerTokens Tokens,
    SignatureList Signatures,
    KeyDirectory Keys,
    ILogger Log)
{
    /// <summary>Whether other machines are answered although there are no accounts.</summary>
    public bool Open { get; init; }

    /// <summary>Where the site's trust bundle is; there need be none.</summary>
    public required string TrustDirectory { get; init; }

    /// <summary>Uploads under way, by user.</summary>
    public UploadLimit Uploads { get; } = new();
}
