using System.CommandLine;
using Plomba.CommandLine;
using Plomba.Trust.Configuration;
using Plomba.Trust.Files;
using Plomba.Trust.Policy;

namespace Plomba.Verbs.Policy;

/// <summary><c>--policy FILE</c>, else the user's policy.json, else the system's (TRUST.md §3.1).</summary>
internal static class PolicyFileOption
{
    public static Option<string?> Policy { get; } = new("--policy")
    {
        Description = Text.Say("The policy.json (default: the user's, else /etc/containers/policy.json)."),
        HelpName = "FILE",
    };

    /// <summary>The policy, and the file it stands in.</summary>
    /// <exception cref="Failure">There is none, or it cannot be used.</exception>
    public static (SignaturePolicy Policy, string File) Read(ParseResult parsed, Terminal terminal)
    {
        var reading = PolicyFile.Load(parsed.GetValue(Policy), Machine.TrustEnvironment, MachineFiles.Instance);
        foreach (var finding in reading.Findings)
            terminal.Say(Text.Say($"warning: {finding}"));
        return reading.Policy is { } policy
            ? (policy, reading.Path!)
            : throw new Failure(
                $"{reading.Failure}",
                reading.Path is null ? Text.Say("Name a policy with --policy FILE; there is no built-in one.") : Text.Say($"See all mistakes with: plomba policy lint {reading.Path}"));
    }
}
