using Plomba.Hosts.Machines;
using Plomba.Trust;

namespace Plomba.Hosts.Rules.Users;

/// <summary>How a client's <c>~/.config/containers</c> is closed: an empty directory of root's that nobody can change or move.</summary>
internal static class ConfigurationLock
{
    private const UnixFileMode Write = UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
    private const UnixFileMode Read = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>The clients whose configuration should be closed: those whose home is there.</summary>
    public static IEnumerable<CheckedUser> Clients(CheckedMachine machine) =>
        machine.Users.Where(u => u.Kind == UserKind.Client && machine.Status(u.Home) is { Kind: NodeKind.Directory });

    /// <summary>What stands at the lock's place; null when nothing does, or a link stands on the way.</summary>
    public static NodeStatus? Find(CheckedMachine machine, CheckedUser user) => machine.Status(user.ConfigurationDirectory);

    /// <summary>Why it does not hold, in a sentence; null when it does.</summary>
    public static string? Weakness(CheckedMachine machine, CheckedUser user, NodeStatus status)
    {
        var path = user.ConfigurationDirectory;
        if (status.Kind != NodeKind.Directory)
            return Text.Say($"{path} is no directory");
        if (status.Attributes.Owner.User != 0 && machine.Root.IsPrivileged)
            return Text.Say($"{path} does not belong to root");
        if ((status.Attributes.Mode & Write) != UnixFileMode.None)
            return Text.Say($"{path} can be written");
        if ((status.Attributes.Mode & Read) != Read)
            return Text.Say($"{path} cannot be read: every podman command fails");
        if (machine.Files.List(path) is { Names: [var first, ..] })
            return Text.Say($"{path} is not empty: {QuotedText.Of(first)} is in it");
        return status is { CanBeImmutable: true, Attributes.Immutable: false } ? Text.Say($"{path} is not immutable: its user can move it away") : null;
    }
}
