using System.CommandLine;
using Plomba.Images.Manifests;

namespace Plomba.CommandLine;

/// <summary>The option group <c>platform</c>: which instance of a multi-platform image is meant.</summary>
internal sealed class PlatformOptions
{
    private readonly Option<string?> _system = new("--override-os") { Description = Text.Say("Another operating system than this machine's."), HelpName = "OS" };

    private readonly Option<string?> _architecture = new("--override-arch") { Description = Text.Say("Another architecture than this machine's."), HelpName = "ARCH" };

    private readonly Option<string?> _variant = new("--override-variant") { Description = Text.Say("Another variant than this machine's."), HelpName = "VARIANT" };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_system);
        command.Add(_architecture);
        command.Add(_variant);
    }

    /// <summary>What was asked for.</summary>
    public PlatformSelection Read(ParseResult parsed) =>
        PlatformSelection.ForHost(parsed.GetValue(_system), parsed.GetValue(_architecture), parsed.GetValue(_variant));
}
