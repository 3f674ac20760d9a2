using Plomba.Files;
using Plomba.Hosts.Accounts;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;
using Plomba.Site.Names;

namespace Plomba.Hosts.Roles.Parts;

/// <summary>
/// Users whose configuration is closed, so that the machine's holds: an empty directory of root's that nobody changes.
/// Not without rights (mode 0), for then every podman command fails.
/// </summary>
internal static class ClosedUsers
{
    private const UnixFileMode Closed = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>The user that is named, made if missing; else everybody in the users' group who is no maker.</summary>
    public static void Add(RoleDescription description, RoleGroups groups)
    {
        var accounts = description.Context.Accounts;
        if (description.Context.Options.User is { } name)
        {
            if (HomeDirectories.EnsureUser(description, name, Text.Say($"{name} may pull and run what is signed")) is { } user)
                AddClient(description, groups, user);
            return;
        }

        foreach (var user in accounts.Users.Where(u => u.Id != 0 && AccountFiles.IsMember(u, groups.User) && !AccountFiles.IsMember(u, groups.Maker)).ToList())
            AddClient(description, groups, user);
    }

    /// <summary>The user of a rootless node: the machine's policy holds for it, whatever it writes.</summary>
    public static void AddForNode(RoleDescription description, AccountName name)
    {
        if (description.Context.Accounts.User(name) is { } user)
            Close(description, user);
        else
            description.Refuse(Text.Say($"there is no user {name}: a rootless node's user comes with its installation"), Text.Say("Set up the rootless node first, then give it its role."));
    }

    private static void AddClient(RoleDescription description, RoleGroups groups, UserAccount user)
    {
        var accounts = description.Context.Accounts;
        if (AccountFiles.IsMember(user, groups.Maker))
        {
            description.Refuse(Text.Say($"{user.Name} is in the group {groups.Maker.Name}, so it is no client"), Text.Say("Take it out of the group first: gpasswd -d."));
            return;
        }

        accounts.EnsureMember(user, groups.User, Text.Say($"{user.Name} may run containers"));
        accounts.EnsureSubordinateIds(user, Text.Say($"rootless containers of {user.Name}"));
        Administrators.Note(description, user, Text.Say($"{user.Name} may administer the machine, and so change everything that a client is held to"));
        Close(description, user);
    }

    private static void Close(RoleDescription description, UserAccount user)
    {
        if (HomeDirectories.OwnHomeOf(description, user) is not { } home)
            return;
        description.Add(new DesiredDirectory(
            home.Below(".config/containers"), new NodeAttributes(Owner.Root, Closed, Immutable: true), Text.Say($"the configuration of {user.Name} is closed: the machine's holds")) { IsEmpty = true });
        description.Add(new DesiredDirectory(
            home.Below(".local/share/containers"), new NodeAttributes(user.Owner, DurableFile.PrivateDirectoryMode), Text.Say($"the image store of {user.Name} is its own")));
        UserNamespaces.Add(description);
    }
}
