using Plomba.Hosts.Accounts;

namespace Plomba.Hosts.Roles.Parts;

/// <summary>The groups of the roles: who may run containers, and who makes images.</summary>
/// <param name="User">Who may pull and run.</param>
/// <param name="Maker">Image developers.</param>
internal sealed record RoleGroups(GroupAccount User, GroupAccount Maker)
{
    /// <summary>Both groups as they are or will be; null where one cannot be made, which is a finding of the accounts.</summary>
    public static RoleGroups? Ensure(RoleDescription description)
    {
        var (accounts, names) = (description.Context.Accounts, description.Site.Groups);
        var user = accounts.EnsureGroup(names.User, isSystem: true, Text.Say("who may run containers"));
        var maker = accounts.EnsureGroup(names.Maker, isSystem: true, Text.Say("who makes images"));
        return user is null || maker is null ? null : new RoleGroups(user, maker);
    }
}
