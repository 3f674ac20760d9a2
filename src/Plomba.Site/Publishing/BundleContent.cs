using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Plomba.Site.Checking;
using Plomba.Site.Names;
using Plomba.Site.Rendering;
using Plomba.Trust.Tuf;

namespace Plomba.Site.Publishing;

/// <summary>
/// The files of a site's trust bundle, and no others: the public part of the site, its key files, its CA's certificate, and
/// a client's trust files as derived from them, for machines without this program.
/// </summary>
public static class BundleContent
{
    /// <summary>The public part of the site.</summary>
    public static TargetPath SiteFile { get; } = TargetPath.Of("site.toml");

    /// <summary>The CA's certificate, where the site has a CA.</summary>
    public static TargetPath Authority { get; } = TargetPath.Of(PublicSite.AuthorityFile);

    private const string KeysDirectory = "keys";
    private const string KeyExtension = ".pgp";

    // As SiteRendering has them; the name of the registry stands in the path of its CA only.
    private static readonly ImmutableHashSet<string> Derived = ImmutableHashSet.Create(
        StringComparer.Ordinal,
        "client/etc/containers/policy.json",
        "client/etc/containers/registries.d/plomba.yaml",
        "client/etc/containers/registries.conf.d/50-plomba.conf",
        "hosts");

    /// <summary>The file of a key.</summary>
    public static TargetPath KeyFile(KeyName name) => TargetPath.Of($"{KeysDirectory}/{name}{KeyExtension}");

    /// <summary>Whether a machine takes a file of this path from a bundle; every other path stays where it is.</summary>
    public static bool IsKnown(TargetPath path) =>
        path == SiteFile
        || path == Authority
        || Derived.Contains(path.Text)
        || (path.Text.Split('/') is [KeysDirectory, var file]
            && file.EndsWith(KeyExtension, StringComparison.Ordinal)
            && KeyName.TryParse(file[..^KeyExtension.Length], out _, out _));

    /// <summary>Reads all files of a site that passed its check; false with the file that cannot be read.</summary>
    public static bool TryRead(
        SiteDescription site,
        DateTimeOffset now,
        [NotNullWhen(true)] out ImmutableSortedDictionary<TargetPath, ReadOnlyMemory<byte>>? files,
        [NotNullWhen(false)] out string? why)
    {
        ArgumentNullException.ThrowIfNull(site);
        files = null;
        var all = ImmutableSortedDictionary.CreateBuilder<TargetPath, ReadOnlyMemory<byte>>();
        all.Add(SiteFile, PublicSite.Write(site));
        foreach (var key in site.Keys)
        {
            if (!SiteKeyFile.TryRead(site, key, now, out var file, out var mistake))
            {
                why = mistake.Value.Text;
                return false;
            }

            all.Add(KeyFile(key.Name), file.Bytes);
        }

        if (site.Registry.Tls?.Authority is { } authority)
        {
            if (!Tls.AuthorityFile.TryRead(authority.Text, out var pem, out why))
                return false;
            all.Add(Authority, pem);
        }

        foreach (var file in SiteRendering.ForClient(site).Concat(SiteRendering.ForEverybody(site)).Where(f => Derived.Contains(f.Path)))
            all.Add(TargetPath.Of(file.Path), file.Content);
        (files, why) = (all.ToImmutable(), null);
        return true;
    }
}
