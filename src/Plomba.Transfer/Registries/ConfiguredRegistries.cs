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
    public RegistryRoute RouteTo(ImageReference image)
    {
        var sources = registries.SourcesOf(image);
        if (sources.Error is { } error)
            throw new TransferException(TransferTrouble.Configuration, error);
        // A pull would ask another place first; judging this one instead would answer another question.
        if (sources.Sources.FirstOrDefault(s => s.Reference != image) is { } elsewhere)
        {
            throw new TransferException(
                TransferTrouble.Configuration,
                $"registries.conf has {image.Name} pulled from {elsewhere.Reference.Name}: mirrors and other locations are not followed here, name the image where it is");
        }

        var source = sources.Sources[0];
        return source.BlockedBy is { } prefix
            ? throw new TransferException(TransferTrouble.Configuration, $"registry {prefix} is blocked in registries.conf")
            : new RegistryRoute(source.Insecure, stores.ForReading(image, defaultStore), stores.UsesSigstoreAttachments(image));
    }
}
