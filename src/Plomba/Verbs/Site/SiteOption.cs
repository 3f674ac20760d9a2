using System.CommandLine;
using Plomba.CommandLine;
using Plomba.Files;
using Plomba.Site;

namespace Plomba.Verbs.Site;

/// <summary>The option group "where": <c>--site FILE</c>, else <c>/etc/plomba/site.toml</c>; never the current directory.</summary>
internal static class SiteOption
{
    /// <summary><c>--site FILE</c></summary>
    public static Option<string?> Site { get; } = new("--site")
    {
        Description = Text.Say($"The site's description (default {SiteFile.DefaultPath})."),
        HelpName = "FILE",
    };

    /// <summary>The file that is meant.</summary>
    public static string PathOf(ParseResult parsed) => parsed.GetValue(Site) ?? SiteFile.DefaultPath;

    /// <summary>Reads with <paramref name="read"/> and turns a missing or unreadable file into a clear message.</summary>
    /// <exception cref="Failure">It cannot be read: exit 1.</exception>
    public static T Read<T>(string path, Func<string, T> read)
    {
        if (path.Length == 0)
            throw Failure.Usage(Text.Say("the name of the site's file is empty"), Text.Say("Name it with --site FILE."));
        try
        {
            return read(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new Failure(Text.Say($"there is no site at {path}"), Text.Say("Name another with --site FILE, or make one: plomba site init FILE."));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Failure(Text.Say($"the site {path} cannot be read: {FileTrouble.Of(e)}"));
        }
    }

    /// <summary>Writes with <paramref name="write"/> and turns what the system refuses into a clear message.</summary>
    /// <exception cref="Failure">It cannot be written: exit 1.</exception>
    public static void Write(string path, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Failure(Text.Say($"{path} cannot be written: {FileTrouble.Of(e)}"), Text.Say("Look at the rights of its directory and the room on its disk."));
        }
    }

    /// <summary>The site that is meant, valid as a file; its key files are not looked at.</summary>
    /// <exception cref="Failure">It cannot be read or is not valid: exit 1.</exception>
    public static SiteDescription Load(ParseResult parsed)
    {
        var path = PathOf(parsed);
        return Read(path, SiteFile.Read).Site ?? throw Invalid(path);
    }

    /// <summary>What a verb says that needs a valid site.</summary>
    public static Failure Invalid(string path, int exitCode = ExitCode.Failed) =>
        new(Text.Say($"the site {path} is not valid"), Text.Say($"See every mistake with: plomba site check {path}"), exitCode);
}
