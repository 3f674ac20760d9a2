using System.CommandLine;
using System.CommandLine.Parsing;
using Plomba.Site.Rendering;

namespace Plomba.Verbs.Site;

/// <summary>For which versions files are written: <c>--podman-version</c> and <c>--crio-version</c>.</summary>
internal sealed class VersionOptions
{
    private readonly Option<ReleaseVersion?> _podman = Version("--podman-version", Text.Say("The oldest podman that reads the files, such as 4.0 (default: not known)."));
    private readonly Option<ReleaseVersion?> _crio = Version("--crio-version", Text.Say("The CRI-O that reads them, such as 1.28 (default: not known)."));

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command command)
    {
        command.Add(_podman);
        command.Add(_crio);
    }

    /// <summary>What was given.</summary>
    public ClientVersions Read(ParseResult parsed) => new(parsed.GetValue(_podman), parsed.GetValue(_crio));

    private static Option<ReleaseVersion?> Version(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "VERSION",
        CustomParser = result => ReleaseVersion.TryParse(result.Tokens[0].Value, out var version) ? version : Refuse(result),
    };

    private static ReleaseVersion? Refuse(ArgumentResult result)
    {
        result.AddError(Text.Say($"'{result.Tokens[0].Value}' is no version: write the first two numbers, such as 4.3"));
        return null;
    }
}
