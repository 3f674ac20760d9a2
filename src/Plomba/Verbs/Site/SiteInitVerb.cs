using System.CommandLine;
using Plomba.CommandLine;
using Plomba.Files;
using Plomba.Site.Template;

namespace Plomba.Verbs.Site;

/// <summary><c>plomba site init [FILE]</c>: writes a commented site to start from; never over an existing file.</summary>
internal static class SiteInitVerb
{
    // The security administrator's affair: nobody else writes it, and others need not read it.
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    private static readonly Argument<string> File = new("FILE")
    {
        Description = Text.Say("Where to write it (default ./site.toml)."),
        DefaultValueFactory = _ => "site.toml",
    };

    public static Command Create() => new Command("init", Text.Say("Write a commented site to start from.")) { File }.Does((parsed, terminal, _) =>
    {
        var path = parsed.GetValue(File)!;
        if (path.Length == 0)
            throw Failure.Usage(Text.Say("the name of the file is empty"), Text.Say("plomba site init FILE"));
        if (Path.Exists(path) || new FileInfo(path).LinkTarget is not null)
            throw new Failure(Text.Say($"{path} is there already"), Text.Say("It was not touched. Give another name: plomba site init FILE."));
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } directory && !Directory.Exists(directory))
            throw new Failure(Text.Say($"there is no directory {directory}"), Text.Say("Make it first."));
        SiteOption.Write(path, () => DurableFile.Write(path, SiteTemplate.Content, Mode));
        terminal.Say(Text.Say($"{path} is written. Look at it, then: plomba serve --site {path}"));
        return Task.FromResult(ExitCode.Done);
    });
}
