namespace Plomba.Site.Rendering;

/// <summary>What the rendered text files have in common.</summary>
internal static class RenderedText
{
    /// <summary>The first line: who wrote the file, and that it is not the place to change anything.</summary>
    public static string Header(SiteDescription site) => $"# Written by plomba from the site \"{site.Name}\". Change the site, not this file.\n";

    /// <summary>A host name as a key of YAML: plain, unless its port would make it a mapping or a base-60 number.</summary>
    public static string YamlKey(string host) => host.Any(char.IsAsciiLetter) && !host.Contains(':', StringComparison.Ordinal) ? host : $"\"{host}\"";

    /// <summary>
    /// A URL as a value of YAML. Its scheme keeps it from being anything but a string; percent-encoding leaves nothing
    /// that YAML gives a meaning to, save an apostrophe, which site paths cannot hold.
    /// </summary>
    public static string YamlScalar(string url) => url;
}
