using Plomba.Hosts.Plans;
using Plomba.Hosts.Roles.Parts;

namespace Plomba.Hosts.Roles;

/// <summary>Builds, pushes and signs: the user that is named, or every maker of the site.</summary>
public sealed class DeveloperRole : IRole
{
    /// <inheritdoc/>
    public RoleName Name => RoleName.Developer;

    /// <inheritdoc/>
    public RoleState Describe(RoleContext context)
    {
        var description = new RoleDescription(context);
        RoleCombinations.Check(description, Name);
        if (RoleGroups.Ensure(description) is not { } groups)
            return description.State;
        SiteKeyFiles.Add(description);
        RegistryReach.Add(description);
        Makers.Add(description, groups);
        return description.State;
    }
}
