using Plomba.Site.Names;

namespace Plomba.Site.Rendering;

/// <summary>
/// All keys of a namespace in one file, for clients whose policies can name only one file. Any key of a keyring counts,
/// as any of <c>keyPaths</c> does.
/// </summary>
public static class NamespaceKeyring
{
    /// <summary>Whether the policy names a keyring for that namespace.</summary>
    public static bool IsNeeded(SiteNamespace @namespace, ClientVersions versions)
    {
        ArgumentNullException.ThrowIfNull(@namespace);
        ArgumentNullException.ThrowIfNull(versions);
        return versions.NeedOneKeyPath && @namespace is { Keys.Count: > 1, Require: KeyRequirement.Any };
    }

    /// <summary>Where it is: beside the keys. No key and no other namespace has such a name (a <c>+</c> is in neither).</summary>
    public static SitePath FileOf(SiteDescription site, SiteNamespace @namespace)
    {
        ArgumentNullException.ThrowIfNull(site);
        ArgumentNullException.ThrowIfNull(@namespace);
        var name = @namespace.Name.Text.Replace('/', '+');
        return site.KeysDirectory.Below($"{(name.Length == 0 ? "+" : name)}.keyring");
    }

    /// <summary>Its content.</summary>
    /// <param name="namespace">Whose keys.</param>
    /// <param name="keyOf">The packets of a key, without armor.</param>
    public static byte[] Render(SiteNamespace @namespace, Func<SiteKey, ReadOnlyMemory<byte>> keyOf)
    {
        ArgumentNullException.ThrowIfNull(@namespace);
        ArgumentNullException.ThrowIfNull(keyOf);
        return [.. @namespace.Keys.SelectMany(k => keyOf(k).ToArray())];
    }
}
