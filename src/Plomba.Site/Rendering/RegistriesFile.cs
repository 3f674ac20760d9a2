using System.Text;
using Plomba.Site.Editing;

namespace Plomba.Site.Rendering;

/// <summary>
/// <c>registries.conf.d/50-plomba.conf</c>: the registry without TLS is named as insecure, it and no other. With TLS the
/// file says <c>insecure = false</c>, which undoes an older one.
/// </summary>
internal static class RegistriesFile
{
    /// <summary>The file's bytes.</summary>
    public static byte[] Render(SiteDescription site)
    {
        var name = TomlQuoting.Quote(site.Registry.Name.Text);
        return Encoding.UTF8.GetBytes(
            $"{RenderedText.Header(site)}[[registry]]\nprefix = {name}\nlocation = {name}\ninsecure = {(site.Registry.Tls is null ? "true" : "false")}\n");
    }
}
