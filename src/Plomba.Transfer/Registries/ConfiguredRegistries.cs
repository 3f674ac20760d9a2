using Plomba.Images;
using Plomba.Trust.Configuration.RegistriesConf;
using Plomba.Trust.Configuration.RegistriesD;

namespace Plomba.Transfer.Registries;

/// <summary>How images are reached by the files of a machine: registries.conf (TRUST.md §8) and registries.d (§5.4).</summary>
/// <param name="registries">registries.conf.</param>
/// <param name="stores">registries.d.</param>
/// <param name="defaultStore">Where signatures are when registries.d says nothing.</param>
public sealed class ConfiguredRegistries(RegistriesConfiguration registries, SignatureStores stores, string defaultStore) : IRegistryConfiguration
{
    /// <inheritdoc/>
    public IReadOnlyList<RegistryRoute> RoutesTo(ImageReference image)
    {
        var sources = registries.SourcesOf(image);
        return sources.Error is { } error
            ? throw new TransferException(TransferTrouble.Configuration, error)
            : [.. sources.Sources.Select(Route)];
    }

    // Signatures are those that the contacted registry's entry in registries.d leads to (TRUST.md §5.3).
    private RegistryRoute Route(PullSource source) => new(
        source.Reference,
        source.Insecure,
        stores.ForReading(source.Reference, defaultStore),
        stores.UsesSigstoreAttachments(source.Reference),
        source.BlockedBy)
    {
        Staging = stores.ForWriting(source.Reference, defaultStore),
    };
}
