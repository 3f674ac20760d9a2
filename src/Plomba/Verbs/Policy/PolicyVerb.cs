using System.CommandLine;

namespace Plomba.Verbs.Policy;

/// <summary><c>plomba policy …</c>: read, change and check a policy.json.</summary>
internal static class PolicyVerb
{
    public static Command Create() => new("policy", Text.Say("Read, change and check a signature policy (policy.json)."))
    {
        PolicyShowVerb.Create(),
        PolicyExplainVerb.Create(),
        PolicyLintVerb.Create(),
        PolicySetVerb.Create(),
        PolicyTestVerb.Create(),
        PolicyDiffVerb.Create(),
    };
}
