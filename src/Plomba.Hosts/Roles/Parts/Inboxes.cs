using Plomba.Hosts.Accounts;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;
using Plomba.Site.Names;

namespace Plomba.Hosts.Roles.Parts;

/// <summary>Where the podman of a maker on the server's machine writes its signatures: one directory each, its own.</summary>
internal static class Inboxes
{
    /// <summary>The inboxes of makers who have an account here; the others sign over the network.</summary>
    public static void AddForAccounts(RoleDescription description)
    {
        foreach (var maker in description.Site.Makers)
        {
            if (description.Context.Accounts.User(maker) is { } user)
                Add(description, maker, user);
        }
    }

    /// <summary>One inbox: the maker alone writes, the service reads.</summary>
    public static void Add(RoleDescription description, AccountName maker, UserAccount user) => description.Add(new DesiredDirectory(
        MachinePath.Parse(description.Site.InboxOf(maker).Text),
        NodeAttributes.RootDirectory with { Owner = user.Owner },
        Text.Say($"the inbox of {maker}: nobody else writes signatures there")));
}
