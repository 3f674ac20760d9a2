using Plomba.Hosts.Plans;
using Plomba.Hosts.Roles.Parts;

namespace Plomba.Hosts.Roles;

/// <summary>The machine that holds images, signatures and keys.</summary>
public sealed class ServerRole : IRole
{
    /// <inheritdoc/>
    public RoleName Name => RoleName.Server;

    /// <inheritdoc/>
    public RoleState Describe(RoleContext context)
    {
        var description = new RoleDescription(context);
        RoleCombinations.Check(description, Name);
        var groups = RoleGroups.Ensure(description);
        var account = ServerAccount.Ensure(description);
        if (groups is null || account is null)
            return description.State;
        ServerDirectories.Add(description, account);
        SiteKeyFiles.Add(description);
        Inboxes.AddForAccounts(description);
        SiteCopy.Add(description);
        ServerSecrets.Add(description);
        ServerService.Add(description);
        return description.State;
    }
}
