using Plomba.Hosts.Plans;

namespace Plomba.Hosts.Rules.Policies;

/// <summary>P111: there is no policy, or nobody can read it.</summary>
internal sealed class UnusablePolicy : Rule
{
    public override string Id => "P111";

    public override string Title => Text.Say("A policy cannot be used");

    public override string Why => Text.Say("Every pull fails until it is mended, and whoever mends it in a hurry opens it.");

    public override bool IsMendedBy(DesiredEntry entry) => entry.Path.Text.EndsWith("/containers/policy.json", StringComparison.Ordinal);

    public override IEnumerable<Finding> Check(CheckedMachine machine)
    {
        if (machine.SystemPolicy is { Policy: null } system)
            yield return Error("/etc/containers/policy.json", system.Failure!, "plomba host apply client");
        foreach (var (user, reading) in machine.OwnPolicies.Where(p => p.Reading.Policy is null))
        {
            yield return Error(user.Name, reading.Failure!, user.Kind == UserKind.Maker
                ? $"plomba host apply developer --user {ShellWord.Of(user.Name)}"
                : $"rm {ShellWord.Of(user.Environment.UserFile("policy.json"))}");
        }
    }
}
