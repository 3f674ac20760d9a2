using Plomba.Images;
using Plomba.Site;
using Plomba.Transfer;
using Plomba.Trust.Configuration.RegistriesD;

namespace Plomba.CommandLine;

/// <summary>
/// A site in the place of files: its own registry is reached as the site says (without TLS where it has none, signatures
/// under its name), every other as the machine's files say.
/// </summary>
internal sealed class SiteRegistries(SiteDescription site, IRegistryConfiguration files, bool isLookasideNamed) : IRegistryConfiguration
{
    /// <inheritdoc/>
    public IReadOnlyList<RegistryRoute> RoutesTo(ImageReference image)
    {
        var routes = files.RoutesTo(image);
        if (image.Domain != site.Registry.Name.Text)
            return routes;
        var own = routes[^1];
        var lookaside = isLookasideNamed ? own.Lookaside : Lookaside(image);
        return [own with { Reference = image, IsInsecure = site.Registry.Tls is null, Lookaside = lookaside, Staging = Staging(own) }];
    }

    // The default directory would take the signatures, and nobody would ever read them there.
    private LookasideChoice Staging(RegistryRoute own) => own.Staging is { File: not null } configured
        ? configured
        : new LookasideChoice(
            "", site.File, null, Text.Say($"registries.d says nowhere that signatures for {site.Registry.Name} are written, and the registry takes none itself (plomba site render --for maker writes what is missing)"));

    private LookasideChoice Lookaside(ImageReference image) =>
        StoreUrl.TryParse(site.LookasideUrl, out var url, out var error)
            ? new LookasideChoice(site.LookasideUrl, site.File, url.Below(image.Path), null)
            : new LookasideChoice(site.LookasideUrl, site.File, null, error);
}
