using System.Collections.Immutable;
using Plomba.Hosts.Accounts;
using Plomba.Site;
using Plomba.Site.Names;

namespace Plomba.Hosts.Rules;

/// <summary>Who of a machine's accounts is looked at, and what each is to the site.</summary>
public static class CheckedUsers
{
    // What systemd hands out for a moment, and nobody.
    private const uint FirstDynamic = 61184;
    private const uint LastSpecial = 65535;

    /// <summary>root, people wherever their home is and whatever directory service knows them, and every member of the site's groups.</summary>
    /// <param name="accounts">The machine's accounts.</param>
    /// <param name="groups">The site's groups; null: those that sites have by default.</param>
    /// <param name="only">One user alone; null: all. A name that nobody has gives nobody.</param>
    public static IReadOnlyList<CheckedUser> Of(AccountFiles accounts, GroupSettings? groups, AccountName? only = null)
    {
        ArgumentNullException.ThrowIfNull(accounts);
        var (clients, makers) = (groups?.User.Text ?? "podman", groups?.Maker.Text ?? "podman_dev");
        var people = accounts.People.Concat(accounts.Users.Where(u => u.Id > LastSpecial)).Where(u => u.Id is < FirstDynamic or > LastSpecial).Select(u => u.Name).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. from account in accounts.Users
               where account.Home is not null && (only is not { } one || account.Name == one.Text)
               let memberOf = accounts.GroupsOf(account).Select(g => g.Name).ToImmutableArray()
               let kind = account.Id == 0 ? UserKind.Root
                   : memberOf.Contains(makers, StringComparer.Ordinal) ? UserKind.Maker
                   : memberOf.Contains(clients, StringComparer.Ordinal) ? UserKind.Client
                   : UserKind.Other
               where kind != UserKind.Other || people.Contains(account.Name)
               orderby kind != UserKind.Root, account.Id, account.IsLocal descending
               select new CheckedUser(account.Name, account.Id, account.Home!.Value.Text, kind, memberOf),
        ];
    }
}
