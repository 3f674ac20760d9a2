using System.Text;
using Plomba.Files;
using Plomba.Images;
using Plomba.Site.Names;
using Plomba.Site.Reading;

namespace Plomba.Site;

/// <summary>Reads <c>site.toml</c>. Every mistake is found in one run; a site with a mistake is none.</summary>
public static class SiteFile
{
    /// <summary>Largest file that is read, in bytes.</summary>
    public const int MaximumSize = 256 * 1024;

    /// <summary>Where a machine's site is when no other is named.</summary>
    public const string DefaultPath = "/etc/plomba/site.toml";

    /// <summary>Reads a file.</summary>
    /// <exception cref="IOException">It is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static SiteReading Read(string path) => Parse(ReadBytes(path), path);

    /// <summary>Reads the content of a file; relative paths in it are relative to <paramref name="path"/>'s directory.</summary>
    public static SiteReading Parse(ReadOnlySpan<byte> content, string path)
    {
        var file = Path.GetFullPath(path);
        var findings = new FindingList();
        if (Decode(content, findings) is not { } text || SyntaxReader.Read(text, findings) is not { } document)
            return SiteReading.Failed(file, findings);
        var tree = new TomlTreeBuilder(findings).Build(document);
        if (!findings.HasErrors)
            SyntaxReader.Validate(text, findings);
        var reader = new SiteReader(file, Digest.Sha256(content), tree, findings);
        var site = reader.Read();
        return new SiteReading(file, site, findings.InOrder, new SitePlaces(reader.KeyPlaces, reader.TlsPlace));
    }

    /// <summary>The file's bytes, at most one more than <see cref="MaximumSize"/>.</summary>
    internal static byte[] ReadBytes(string path)
    {
        using var stream = RegularFile.OpenRead(path);
        var buffer = new byte[MaximumSize + 1];
        var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        return buffer[..length];
    }

    private static string? Decode(ReadOnlySpan<byte> content, FindingList findings)
    {
        var start = new Place(1, 1);
        if (content.Length > MaximumSize)
        {
            findings.Error(start, FindingCode.TooLarge, Text.Say($"the file is larger than {MaximumSize / 1024} KiB: that is no description of a site"));
            return null;
        }

        if (content.StartsWith(Encoding.UTF8.Preamble))
        {
            findings.Error(start, FindingCode.Encoding, Text.Say("the file begins with a byte order mark: save it as UTF-8 without one"));
            return null;
        }

        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content);
        }
        catch (DecoderFallbackException e)
        {
            var before = content[..Math.Clamp(e.Index, 0, content.Length)];
            var line = before.Count((byte)'\n') + 1;
            var column = Encoding.UTF8.GetCharCount(before[(before.LastIndexOf((byte)'\n') + 1)..]) + 1;
            findings.Error(new Place(line, column), FindingCode.Encoding, Text.Say("a byte here is not UTF-8: save the file as UTF-8"));
            return null;
        }
    }
}

/// <summary>What reading a site gave: the site when there is no error, and everything that was found.</summary>
public sealed record SiteReading
{
    internal SiteReading(string file, SiteDescription? site, IReadOnlyList<SiteFinding> findings, SitePlaces places) =>
        (File, Site, Findings, Places) = (file, site, findings, places);

    /// <summary>Absolute path of the file.</summary>
    public string File { get; }

    /// <summary>Null when there are errors.</summary>
    public SiteDescription? Site { get; }

    /// <summary>Errors and warnings, in the order of the file.</summary>
    public IReadOnlyList<SiteFinding> Findings { get; }

    /// <summary>Whether anything makes the site invalid.</summary>
    public bool HasErrors => Findings.Any(f => f.Severity == FindingSeverity.Error);

    internal SitePlaces Places { get; }

    internal SiteReading With(FindingList findings) => new(File, findings.HasErrors ? null : Site, findings.InOrder, Places);

    internal static SiteReading Failed(string file, FindingList findings) =>
        new(file, null, findings.InOrder, new SitePlaces(new Dictionary<KeyName, Place>(), default));
}

/// <summary>Where things stand that are looked at again once the site is read.</summary>
internal sealed record SitePlaces(IReadOnlyDictionary<KeyName, Place> Keys, Place Tls);
