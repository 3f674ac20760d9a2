namespace Plomba.Site.Rendering.Kubernetes;

/// <summary>Writes strings of YAML.</summary>
internal static class YamlText
{
    /// <summary>The text in single quotes, in which nothing but the quote itself means anything.</summary>
    public static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
