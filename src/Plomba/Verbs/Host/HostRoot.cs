using System.CommandLine;
using Plomba.CommandLine;
using Plomba.Hosts.Machines;

namespace Plomba.Verbs.Host;

/// <summary><c>--root DIR</c> of the verbs that change a machine.</summary>
internal static class HostRoot
{
    public static Option<string?> Option { get; } = new("--root") { Description = Text.Say("An offline root file system in place of this machine."), HelpName = "DIR" };

    /// <summary>The machine that is meant.</summary>
    /// <exception cref="Failure">There is none, or this process may not change it.</exception>
    public static MachineRoot Open(ParseResult parsed)
    {
        if (parsed.GetValue(Option) is { Length: 0 })
            throw Failure.Usage(Text.Say("the name of the root directory is empty"), Text.Say("Name the directory of a root file system with --root DIR."));
        if (!MachineRoot.Open(parsed.GetValue(Option) ?? "/").TryGet(out var root, out var error))
            throw new Failure(error.Message, Text.Say("Name the directory of a root file system with --root DIR."));
        if (root is not { IsLive: true, IsPrivileged: false })
            return root;
        root.Dispose();
        throw new Failure(Text.Say("only root may change this machine"), Text.Say("Run it as root, or name an offline root file system of yours with --root DIR."));
    }
}
