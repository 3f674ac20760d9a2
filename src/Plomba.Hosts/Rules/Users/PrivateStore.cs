using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;
using Plomba.Hosts.Stores;

namespace Plomba.Hosts.Rules.Users;

/// <summary>P108: a client's images are not its own.</summary>
internal sealed class PrivateStore : Rule
{
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    public override string Id => "P108";

    public override string Title => Text.Say("A client has no private store");

    public override string Why => Text.Say("Who can write into a store decides what its owner runs, without any signature.");

    public override bool IsMendedBy(DesiredEntry entry) => entry is DesiredDirectory && entry.Path.Text.EndsWith("/.local/share/containers", StringComparison.Ordinal);

    public override IEnumerable<Finding> Check(CheckedMachine machine)
    {
        var places = new StorePlaces(machine.Files);
        var clients = machine.Users.Where(u => u.Kind == UserKind.Client).Select(u => (User: u, Place: places.InUse(u.Name, u.Uid, u.Home))).ToList();
        foreach (var (user, place) in clients)
        {
            if (clients.Count(c => c.Place == place) > 1)
                yield return Error(user.Name, Text.Say($"{user.Name} shares the store {place} with others"), Text.Say("Put $HOME or $USER into rootless_storage_path of /etc/containers/storage.conf."));
            else if (machine.Status(place) is { } status && Problem(user, place, status) is { } problem)
                yield return Error(user.Name, problem, $"chown {user.Uid} {ShellWord.Of(place)}; chmod 0700 {ShellWord.Of(place)}");
        }
    }

    private static string? Problem(CheckedUser user, string place, NodeStatus status) => status switch
    {
        { Kind: not NodeKind.Directory } => Text.Say($"{place}, the store of {user.Name}, is no directory"),
        { Attributes.Owner.User: var owner } when owner != user.Uid => Text.Say($"{place}, the store of {user.Name}, belongs to the user with the number {owner}"),
        { Attributes.Mode: var mode } when (mode & OthersWrite) != UnixFileMode.None => Text.Say($"{place}, the store of {user.Name}, can be written by others"),
        _ => null,
    };
}
