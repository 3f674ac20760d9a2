using Plomba.Hosts.Plans;
using Plomba.Hosts.Roles.Parts;

namespace Plomba.Hosts.Roles;

/// <summary>A Kubernetes machine whose CRI-O runs only what is signed; with a user: its rootless one.</summary>
public sealed class NodeRole : IRole
{
    /// <inheritdoc/>
    public RoleName Name => RoleName.Node;

    /// <inheritdoc/>
    public RoleState Describe(RoleContext context)
    {
        var description = new RoleDescription(context);
        RoleCombinations.Check(description, Name);
        MachinePolicy.Add(description);
        CrioFiles.Add(description);
        Containerd.Look(description);
        if (context.Options.User is { } user)
            ClosedUsers.AddForNode(description, user);
        return description.State;
    }
}
