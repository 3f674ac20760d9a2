using Plomba.Images;
using Plomba.Images.Transports;
using Plomba.Trust.Policy;

namespace Plomba.Transfer.Registries;

/// <summary>
/// An image that may be had from several places (TRUST.md §8): the first that hands out its manifest is the one everything
/// else is read from, signatures too. What the image is called, for policy and identity, stays what the user said.
/// </summary>
/// <param name="image">The image, by the name the user gave.</param>
/// <param name="routes">The places in order; more than one.</param>
/// <param name="open">Opens one of them.</param>
internal sealed class MirroredSource(DockerImage image, IReadOnlyList<RegistryRoute> routes, Func<RegistryRoute, IImageSource> open) : IImageSource
{
    private IImageSource? _chosen;

    /// <inheritdoc/>
    public TransportReference Name => image;

    /// <inheritdoc/>
    public async Task<StoredManifest> GetManifestAsync(CancellationToken cancellation)
    {
        var failures = new List<TransferException>();
        foreach (var route in routes)
        {
            try
            {
                var source = open(route);
                var manifest = await source.GetManifestAsync(cancellation);
                _chosen = source;
                return manifest;
            }
            catch (TransferException e)
            {
                failures.Add(e);
            }
        }

        var mirrors = string.Join(' ', routes.SkipLast(1).Zip(failures, (route, e) => $"[{route.Reference}: {e.Message}]"));
        throw failures[^1].While(Text.Say($"(Mirrors also failed: {mirrors}): {routes[^1].Reference}"));
    }

    /// <inheritdoc/>
    public async Task<StoredManifest> GetInstanceAsync(Digest instance, CancellationToken cancellation) =>
        await (await ChosenAsync(cancellation)).GetInstanceAsync(instance, cancellation);

    /// <inheritdoc/>
    public async Task<SignatureListing> GetSignaturesAsync(Digest manifest, bool isInstance, CancellationToken cancellation) =>
        await (await ChosenAsync(cancellation)).GetSignaturesAsync(manifest, isInstance, cancellation);

    private async Task<IImageSource> ChosenAsync(CancellationToken cancellation)
    {
        if (_chosen is null)
            await GetManifestAsync(cancellation);
        return _chosen!;
    }
}
