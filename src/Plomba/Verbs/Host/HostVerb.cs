using System.CommandLine;

namespace Plomba.Verbs.Host;

/// <summary><c>plomba host</c>: a machine in its role.</summary>
internal static class HostVerb
{
    public static Command Create() => new("host", Text.Say("Put machines into their roles, and see that they stay there."))
    {
        HostPlanVerb.Create(),
        HostApplyVerb.Create(),
        HostUndoVerb.Create(),
        HostCheckVerb.Create(),
        HostWatchVerb.Create(),
        HostJoinVerb.Create(),
        HostLeaveVerb.Create(),
        HostSelfTestVerb.Create(),
    };
}
