using System.Text;
using Plomba.Site.Names;
using Plomba.Trust.Policy;

namespace Plomba.Site.Rendering;

/// <summary>Everything that is derived from a site, as files.</summary>
public static class SiteRendering
{
    /// <summary>The files of every role.</summary>
    /// <param name="site">A site that passed its check.</param>
    /// <param name="maker">Whose files a maker's are.</param>
    public static IReadOnlyList<RenderedFile> All(SiteDescription site, AccountName? maker) =>
        [.. ForClient(site), .. maker is { } account ? ForMaker(site, account) : [], .. ForEverybody(site)];

    /// <summary>What a client's <c>/etc</c> gets.</summary>
    public static IReadOnlyList<RenderedFile> ForClient(SiteDescription site) =>
    [
        new(RenderedRole.Client, "etc/containers/policy.json", PolicyWriter.Write(SitePolicy.ForClient(site))),
        new(RenderedRole.Client, "etc/containers/registries.d/plomba.yaml", SignatureStoreFile.ForClient(site)),
        new(RenderedRole.Client, "etc/containers/registries.conf.d/50-plomba.conf", RegistriesFile.Render(site)),
    ];

    /// <summary>What a maker's home directory gets; the rest of its machine is configured as a client's.</summary>
    public static IReadOnlyList<RenderedFile> ForMaker(SiteDescription site, AccountName maker) =>
    [
        new(RenderedRole.Maker, ".config/containers/policy.json", PolicyWriter.Write(SitePolicy.ForMaker(site))),
        new(RenderedRole.Maker, ".config/containers/registries.d/plomba.yaml", SignatureStoreFile.ForMaker(site, maker)),
    ];

    /// <summary>Lines for <c>/etc/hosts</c>; no file where DNS knows the names.</summary>
    public static IReadOnlyList<RenderedFile> ForEverybody(SiteDescription site) =>
        HostsLines.Of(site) is { Count: > 0 } lines
            ? [new(RenderedRole.Everybody, "hosts", Encoding.UTF8.GetBytes(string.Concat(lines.Select(l => l + "\n"))))]
            : [];
}
