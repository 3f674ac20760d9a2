using System.CommandLine;
using Plomba.CommandLine;

namespace Plomba.Verbs.Host;

/// <summary><c>plomba host leave</c>: the machine follows its site no longer.</summary>
internal static class HostLeaveVerb
{
    public static Command Create() => new Command("leave", Text.Say("Follow the joined site no longer; what was installed from it stays."))
    {
        HostRoot.Option,
    }.Does((parsed, terminal, _) =>
    {
        using var root = HostRoot.Open(parsed);
        using var membership = HostJoinVerb.Open(root);
        if (membership.Leave())
            terminal.Say(Text.Say("The machine has left its site. Policies and keys stay as they are; plomba host undo takes them back."));
        else
            terminal.Say(Text.Say("The machine has not joined a site."));
        return Task.FromResult(ExitCode.Done);
    });
}
