using System.Text;
using Plomba.Files;

namespace Plomba.Site.Editing;

/// <summary>Writes a changed site: only a valid one, atomically and durably, with the mode and owner the file had.</summary>
public static class SiteWriter
{
    /// <summary>Reads a file that is to be changed.</summary>
    /// <exception cref="IOException">It is missing or cannot be read.</exception>
    public static (SiteReading Reading, byte[] Content) Open(string path)
    {
        var content = SiteFile.ReadBytes(path);
        return (SiteFile.Parse(content, path), content);
    }

    /// <summary>Replaces the file; when the result has errors, nothing is written.</summary>
    /// <param name="path">The site; a symbolic link is followed, never replaced.</param>
    /// <param name="before">What <see cref="Open"/> read.</param>
    /// <param name="after">The new text.</param>
    /// <returns>How the new text reads.</returns>
    /// <exception cref="IOException">It cannot be written, or somebody changed the file in the meantime.</exception>
    public static SiteReading Save(string path, ReadOnlySpan<byte> before, string after)
    {
        var content = Encoding.UTF8.GetBytes(after);
        var reading = SiteFile.Parse(content, path);
        if (reading.HasErrors)
            return reading;
        var target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        if (!SiteFile.ReadBytes(target).AsSpan().SequenceEqual(before))
            throw new IOException(Text.Say($"{path} was changed by somebody else in the meantime: look at it and try again"));
        DurableFile.Replace(target, content);
        return reading;
    }
}
