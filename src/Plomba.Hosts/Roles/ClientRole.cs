using Plomba.Hosts.Plans;
using Plomba.Hosts.Roles.Parts;

namespace Plomba.Hosts.Roles;

/// <summary>A machine, or a user on it, that may pull and run only what is signed.</summary>
public sealed class ClientRole : IRole
{
    /// <inheritdoc/>
    public RoleName Name => RoleName.Client;

    /// <inheritdoc/>
    public RoleState Describe(RoleContext context)
    {
        var description = new RoleDescription(context);
        RoleCombinations.Check(description, Name);
        if (RoleGroups.Ensure(description) is not { } groups)
            return description.State;
        MachinePolicy.Add(description);
        ClosedUsers.Add(description, groups);
        return description.State;
    }
}
