using Plomba.Hosts.Accounts;

namespace Plomba.Hosts.Roles.Parts;

/// <summary>Who may become root: signer and client are not to be administrators as well.</summary>
internal static class Administrators
{
    private static readonly string[] Groups = ["wheel", "sudo", "admin"];

    /// <summary>Says so of a user in a group of administrators. Names are compared whole.</summary>
    public static void Note(RoleDescription description, UserAccount user, string what)
    {
        if (description.Context.Accounts.GroupsOf(user).FirstOrDefault(g => Groups.Contains(g.Name, StringComparer.Ordinal)) is { } group)
            description.Note(what, Text.Say($"Take it out of the group {group.Name}: gpasswd -d {user.Name} {group.Name}"));
    }
}
