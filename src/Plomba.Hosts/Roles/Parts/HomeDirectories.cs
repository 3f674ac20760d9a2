using Plomba.Files;
using Plomba.Hosts.Accounts;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;
using Plomba.Site.Names;

namespace Plomba.Hosts.Roles.Parts;

/// <summary>Accounts of people with their home directories.</summary>
internal static class HomeDirectories
{
    private const int LongestFile = 1024 * 1024;
    private static readonly MachinePath Skeleton = MachinePath.Parse("/etc/skel");

    /// <summary>The user of that name; made, with a home as <c>useradd -m</c> makes it, where there is none.</summary>
    public static UserAccount? EnsureUser(RoleDescription description, AccountName name, string why)
    {
        var accounts = description.Context.Accounts;
        if (accounts.User(name) is { } there)
            return there;
        var user = accounts.EnsureUser(new NewUser(name, MachinePath.Parse("/home").Below(name.Text), "/bin/bash", IsSystem: false), why);
        if (user is { Home: { } home } && !description.Context.Root.Exists(home))
            AddHome(description, user, home);
        return user;
    }

    /// <summary>The home of a user; null with a finding where nothing in it can be promised: it is nobody's, or another's.</summary>
    public static MachinePath? OwnHomeOf(RoleDescription description, UserAccount user)
    {
        if (user.Home is not { Depth: > 0 } home)
        {
            description.Refuse(Text.Say($"{user.Name} has no home directory, so its configuration cannot be kept"), Text.Say("Give it one: usermod -d."));
            return null;
        }

        var status = description.Context.Root.StatusFollowed(home);
        if (status.TryGet(out var there, out var error) ? there.Attributes.Owner.User == user.Id : error.Problem == MachineProblem.Missing)
            return home;
        if (!description.Context.Root.IsPrivileged)
            return home; // An ordinary user's trial tree: everything in it is its own.
        description.Refuse(Text.Say($"{home} is not the own home directory of {user.Name}"), Text.Say("Let the directory belong to the user, or give the user another home."));
        return null;
    }

    private static void AddHome(RoleDescription description, UserAccount user, MachinePath home)
    {
        description.Add(new DesiredDirectory(home, new NodeAttributes(user.Owner, DurableFile.PrivateDirectoryMode), Text.Say($"the home of {user.Name}")));
        if (!description.Context.Root.List(Skeleton, 1000).TryGet(out var entries, out _))
            return;
        foreach (var entry in entries.Where(e => e.Kind == NodeKind.File))
        {
            if (description.Context.Root.Read(entry.Path, LongestFile).TryGet(out var content, out _))
                description.Add(new DesiredFile(home.Below(entry.Path.Name), content, NodeAttributes.RootFile with { Owner = user.Owner }, Text.Say($"the home of {user.Name}")));
        }
    }
}
