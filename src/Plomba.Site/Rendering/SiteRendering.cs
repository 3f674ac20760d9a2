using System.Text;
using Plomba.Site.Names;
using Plomba.Site.Rendering.Units;
using Plomba.Site.Tls;
using Plomba.Trust.Policy;

namespace Plomba.Site.Rendering;

/// <summary>Everything that is derived from a site, as files.</summary>
public static class SiteRendering
{
    /// <summary>Where packages put the program.</summary>
    public const string ProgramPath = "/usr/bin/plomba";

    /// <summary>The files of every role.</summary>
    /// <param name="site">A site that passed its check.</param>
    /// <param name="maker">Whose files a maker's are.</param>
    /// <param name="request">For which versions and which machine; null: nothing is known of them.</param>
    public static IReadOnlyList<RenderedFile> All(SiteDescription site, AccountName? maker, RenderingRequest? request = null) =>
    [
        .. ForClient(site, request),
        .. maker is { } account ? ForMaker(site, account, request) : [],
        .. ForNode(site, request),
        .. ForServer(site, request),
        .. ForEverybody(site),
    ];

    /// <summary>What a client's <c>/etc</c> gets.</summary>
    /// <exception cref="IOException">The CA's certificate cannot be read any more; the check of the site saw it.</exception>
    public static IReadOnlyList<RenderedFile> ForClient(SiteDescription site, RenderingRequest? request = null) =>
        Client(RenderedRole.Client, site, request ?? RenderingRequest.Unknown);

    /// <summary>What a maker's home directory gets; the rest of its machine is configured as a client's.</summary>
    public static IReadOnlyList<RenderedFile> ForMaker(SiteDescription site, AccountName maker, RenderingRequest? request = null)
    {
        request ??= RenderingRequest.Unknown;
        return
        [
            new(RenderedRole.Maker, ".config/containers/policy.json", PolicyWriter.Write(SitePolicy.ForMaker(site, request.Versions))),
            new(RenderedRole.Maker, ".config/containers/registries.d/plomba.yaml", SignatureStoreFile.ForMaker(site, maker)),
        ];
    }

    /// <summary>What a node's <c>/etc</c> gets: a client's files and CRI-O's.</summary>
    public static IReadOnlyList<RenderedFile> ForNode(SiteDescription site, RenderingRequest? request = null)
    {
        ArgumentNullException.ThrowIfNull(site);
        request ??= RenderingRequest.Unknown;
        return [.. Client(RenderedRole.Node, site, request), .. ForCrio(site, request)];
    }

    /// <summary>CRI-O's own files of a node: what it has more than a client.</summary>
    public static IReadOnlyList<RenderedFile> ForCrio(SiteDescription site, RenderingRequest request)
    {
        ArgumentNullException.ThrowIfNull(site);
        ArgumentNullException.ThrowIfNull(request);
        return
        [
            new(RenderedRole.Node, "etc/crio/crio.conf.d/50-plomba.conf", CrioFile.Render(site, request.Versions, request.OtherInsecureRegistries)),
            .. request.Versions.ReadNamespacePolicies
                ? NamespacePolicies.NamesOf(site).Select(n => new RenderedFile(
                    RenderedRole.Node, $"{CrioFile.PolicyDirectory[1..]}/{n}.json", PolicyWriter.Write(NamespacePolicies.Of(site, n, request.Versions))))
                : [],
        ];
    }

    /// <summary><c>registries.conf.d/50-plomba.conf</c>: how the registry is reached.</summary>
    public static byte[] RegistriesConf(SiteDescription site) => RegistriesFile.Render(site);

    /// <summary><c>registries.d/plomba.yaml</c> of a client: where signatures are read.</summary>
    public static byte[] SignatureStores(SiteDescription site) => SignatureStoreFile.ForClient(site);

    /// <summary>The server's units.</summary>
    public static IReadOnlyList<RenderedFile> ForServer(SiteDescription site, RenderingRequest? request = null)
    {
        request ??= RenderingRequest.Unknown;
        return [.. ServerUnits.Render(site, request.Program).Concat(RenewalUnits.Render(site, request.Program)).Select(u => new RenderedFile(RenderedRole.Server, $"etc/systemd/system/{u.Name}", Encoding.UTF8.GetBytes(u.Text)))];
    }

    /// <summary>Lines for <c>/etc/hosts</c>; no file where DNS knows the names.</summary>
    public static IReadOnlyList<RenderedFile> ForEverybody(SiteDescription site) =>
        HostsLines.Of(site) is { Count: > 0 } lines
            ? [new(RenderedRole.Everybody, "hosts", Encoding.UTF8.GetBytes(string.Concat(lines.Select(l => l + "\n"))))]
            : [];

    private static RenderedFile[] Client(RenderedRole role, SiteDescription site, RenderingRequest request) =>
    [
        new(role, "etc/containers/policy.json", PolicyWriter.Write(SitePolicy.ForClient(site, request.Versions))),
        new(role, "etc/containers/registries.d/plomba.yaml", SignatureStoreFile.ForClient(site)),
        new(role, "etc/containers/registries.conf.d/50-plomba.conf", RegistriesFile.Render(site)),
        .. AuthorityOf(role, site),
        .. site.Namespaces
            .Where(n => NamespaceKeyring.IsNeeded(n, request.Versions))
            .Select(n => new RenderedFile(role, NamespaceKeyring.FileOf(site, n).Text[1..], NamespaceKeyring.Render(n, request.KeyOf))),
    ];

    // Under certs.d, for whoever talks to the registry; nothing when the site names no CA.
    private static IEnumerable<RenderedFile> AuthorityOf(RenderedRole role, SiteDescription site)
    {
        if (site.Registry.Tls?.Authority is not { } file)
            yield break;
        yield return AuthorityFile.TryRead(file.Text, out var pem, out var why)
            ? new RenderedFile(role, AuthorityFile.PathFor(site), pem)
            : throw new IOException($"{file}: {why}");
    }
}
