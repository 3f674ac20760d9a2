using Plomba.Images;
using Plomba.Trust.Configuration.RegistriesD;

namespace Plomba.Transfer.Registries;

/// <summary>How images are reached by the files of a machine: registries.conf (TRUST.md §8) and registries.d (§5.4).</summary>
/// <param name="stores">registries.d.</param>
/// <param name="defaultStore">Where signatures are when registries.d says nothing.</param>
public sealed class ConfiguredRegistries(SignatureStores stores, string defaultStore) : IRegistryConfiguration
{
    /// <inheritdoc/>
    public RegistryRoute RouteTo(ImageReference image) => new(false, stores.ForReading(image, defaultStore));
}
