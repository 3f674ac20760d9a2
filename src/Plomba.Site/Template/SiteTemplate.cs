namespace Plomba.Site.Template;

/// <summary>The commented site that <c>plomba site init</c> writes.</summary>
public static class SiteTemplate
{
    /// <summary>The file's bytes; a valid site.</summary>
    public static byte[] Content
    {
        get
        {
            using var stream = typeof(SiteTemplate).Assembly.GetManifestResourceStream("site.toml")
                ?? throw new InvalidOperationException("The program was built without its site template.");
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            return content;
        }
    }
}
