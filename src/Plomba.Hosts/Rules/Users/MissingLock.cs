using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;

namespace Plomba.Hosts.Rules.Users;

/// <summary>P110: the closed directory is gone: never made, or moved away with its parent.</summary>
internal sealed class MissingLock : Rule
{
    private const int MostEntries = 1000;

    public override string Id => "P110";

    public override string Title => Text.Say("A client's configuration is not closed");

    public override string Why => Text.Say("Where the closed directory is missing its user can make one with a policy that accepts anything.");

    public override bool IsMendedBy(DesiredEntry entry) => entry is DesiredDirectory { IsEmpty: true };

    public override IEnumerable<Finding> Check(CheckedMachine machine)
    {
        foreach (var user in ConfigurationLock.Clients(machine).Where(u => ConfigurationLock.Find(machine, u) is null))
        {
            var moved = MovedTo(machine, user);
            yield return Error(
                user.Name,
                moved is null ? Text.Say($"{user.ConfigurationDirectory} is missing") : Text.Say($"{user.ConfigurationDirectory} is missing: it is {moved} now"),
                "plomba host check --rules P110 --fix");
        }
    }

    // The user owns ~/.config and can rename it; the closed directory goes with it and is still root's.
    private static string? MovedTo(CheckedMachine machine, CheckedUser user)
    {
        if (!MachinePath.TryParse(user.Home, out var home, out _) || !machine.Root.List(home, MostEntries).TryGet(out var entries, out _))
            return null;
        return entries
            .Where(e => e.Kind is NodeKind.Directory or null)
            .Select(e => e.Path.Below("containers"))
            .FirstOrDefault(p => machine.Root.Status(p).TryGet(out var status, out _) && status is { Kind: NodeKind.Directory, Attributes: { Immutable: true, Owner.User: 0 } }) is { } found && found != default
                ? found.ToString()
                : null;
    }
}
