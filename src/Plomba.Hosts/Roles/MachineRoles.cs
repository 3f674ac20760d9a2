using Plomba.Hosts.Plans;

namespace Plomba.Hosts.Roles;

/// <summary>The roles there are.</summary>
public static class MachineRoles
{
    /// <summary>The role of that name.</summary>
    public static IRole Of(RoleName name) => name switch
    {
        RoleName.Server => new ServerRole(),
        RoleName.Developer => new DeveloperRole(),
        RoleName.Client => new ClientRole(),
        _ => new NodeRole(),
    };
}
