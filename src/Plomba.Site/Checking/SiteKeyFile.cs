using System.Diagnostics.CodeAnalysis;
using Plomba.Files;
using Plomba.Trust.Keys;

namespace Plomba.Site.Checking;

/// <summary>The file of a site's key. It counts only while it holds exactly the one key the site names.</summary>
public static class SiteKeyFile
{
    /// <summary>Reads the file of a key; false with the finding's code and one line of what is wrong.</summary>
    public static bool TryRead(
        SiteDescription site,
        SiteKey key,
        DateTimeOffset now,
        [NotNullWhen(true)] out KeyFile? file,
        [NotNullWhen(false)] out (string Code, string Text)? mistake)
    {
        var path = site.FileOf(key).Text;
        mistake = null;
        if (!TryReadBytes(path, out var bytes, out var why) || !KeyFile.TryRead(bytes, now, out file, out why))
        {
            file = null;
            mistake = (FindingCode.KeyFile, Text.Say($"{path}: {why}; the key {key.Name} counts nowhere until it is there"));
            return false;
        }

        if (file.Key.Fingerprint == key.Fingerprint)
            return true;
        mistake = (FindingCode.KeyDiffers, Text.Say($"{path} holds {file.Key.Fingerprint}, not the key {key.Name} with {key.Fingerprint}: put the right file back, or accept the other one with plomba site key add under another name"));
        file = null;
        return false;
    }

    /// <summary>Reads a key file; false with the reason. Never more than <see cref="KeyRing.MaximumLength"/>.</summary>
    public static bool TryReadBytes(string path, out byte[] bytes, [NotNullWhen(false)] out string? why)
    {
        bytes = [];
        why = null;
        try
        {
            if (RegularFile.ReadUpTo(path, KeyRing.MaximumLength) is { } read)
                bytes = read;
            else
                why = Text.Say("too large for a key file");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            why = Text.Say("the file is not there");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            why = e is UnauthorizedAccessException ? Text.Say("the file may not be read") : Text.Say("the file cannot be read");
        }

        return why is null;
    }
}
