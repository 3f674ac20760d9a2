using System.Text;

namespace Plomba.Site.Rendering.Units;

/// <summary>Writes paths into unit files. <c>%</c> and <c>$</c> mean something there, blanks part words.</summary>
public static class UnitText
{
    /// <summary>A word of a command line (systemd.service(5)).</summary>
    public static string Word(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Path(text).Replace("$", "$$", StringComparison.Ordinal);
    }

    /// <summary>A path in a list of paths (systemd.syntax(7)): quoted when it holds what would part or end it.</summary>
    public static string Path(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var text = path.Replace("%", "%%", StringComparison.Ordinal);
        return text.All(c => char.IsAsciiLetterOrDigit(c) || "/._-%+@=,:".Contains(c, StringComparison.Ordinal))
            ? text
            : new StringBuilder("\"").Append(text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"').ToString();
    }

    /// <summary>The line that hides home directories, unless the site keeps something there.</summary>
    internal static string ProtectHome(SiteDescription site)
    {
        string[] homes = ["/home/", "/root/", "/run/user/"];
        var paths = new[] { site.Registry.Data, site.Signatures.Inboxes, site.KeysDirectory }
            .Concat(site.Access.Passwords is { } passwords ? [passwords] : Array.Empty<Names.SitePath>())
            .Concat(site.Registry.Tls is { } tls ? [tls.Certificate, tls.Key] : Array.Empty<Names.SitePath>());
        return paths.Any(p => homes.Any(h => p.Text.StartsWith(h, StringComparison.Ordinal)))
            ? "ProtectHome=read-only\n"
            : "ProtectHome=yes\n";
    }
}
