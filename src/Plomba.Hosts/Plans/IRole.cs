using Plomba.Hosts.Accounts;
using Plomba.Hosts.Machines;
using Plomba.Site;
using Plomba.Site.Names;
using Plomba.Site.Rendering;

namespace Plomba.Hosts.Plans;

/// <summary>What a machine, or a user on it, can be.</summary>
public enum RoleName
{
    /// <summary>Registry and signature store.</summary>
    Server,

    /// <summary>Builds, pushes and signs.</summary>
    Developer,

    /// <summary>May pull and run what is signed.</summary>
    Client,

    /// <summary>A client under Kubernetes.</summary>
    Node,
}

/// <summary>
/// A role: from a site to what shall stand on a machine. It looks and describes, and changes nothing; asked twice on the
/// machine as it then is, it describes the same.
/// </summary>
public interface IRole
{
    /// <summary>Which one.</summary>
    RoleName Name { get; }

    /// <summary>
    /// What shall stand on the machine. A combination with <see cref="RoleContext.Roles"/> or <see cref="RoleContext.Applied"/>
    /// that makes no sense is a blocking finding. Accounts go through <see cref="RoleContext.Accounts"/> and are no entries.
    /// </summary>
    RoleState Describe(RoleContext context);
}

/// <summary>What a role asks for.</summary>
/// <param name="Entries">The paths; two entries for one path must be equal, or both lines in a shared file.</param>
/// <param name="Activations">What makes the machine take notice.</param>
/// <param name="Findings">What a person should know; blocking ones end the plan.</param>
public sealed record RoleState(IReadOnlyList<DesiredEntry> Entries, IReadOnlyList<Activation> Activations, IReadOnlyList<RoleFinding> Findings)
{
    /// <summary>Data that a service has to own.</summary>
    public IReadOnlyList<Handover> Handovers { get; init; } = [];
}

/// <summary>What a role may look at.</summary>
public sealed record RoleContext
{
    /// <summary>The site, valid.</summary>
    public required SiteDescription Site { get; init; }

    /// <summary>The files that a site names but does not hold.</summary>
    public required ISiteMaterial Material { get; init; }

    /// <summary>The machine.</summary>
    public required MachineRoot Root { get; init; }

    /// <summary>Its users and groups; what roles ask for here is part of the plan.</summary>
    public required AccountFiles Accounts { get; init; }

    /// <summary>The time, for keys that expire.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>What the command line says.</summary>
    public required RoleOptions Options { get; init; }

    /// <summary>All roles of this command, this one among them.</summary>
    public required IReadOnlyList<RoleName> Roles { get; init; }

    /// <summary>The roles that earlier commands gave the machine.</summary>
    public required IReadOnlyList<AppliedRole> Applied { get; init; }
}

/// <summary>What the command line says beside the roles' names.</summary>
public sealed record RoleOptions
{
    /// <summary><c>--user NAME</c>: for whom; null: for the machine.</summary>
    public AccountName? User { get; init; }

    /// <summary>Which podman and CRI-O read what is written; null: what the machine's list of packages says.</summary>
    public ClientVersions? Versions { get; init; }

    /// <summary>Keys that the site had before and has no longer: their files go, where they still hold these keys.</summary>
    public IReadOnlyList<SiteKey> RetiredKeys { get; init; } = [];
}

/// <summary>A role that a machine has.</summary>
/// <param name="Name">Which.</param>
/// <param name="User">For whom; null: for the machine.</param>
public sealed record AppliedRole(RoleName Name, AccountName? User)
{
    /// <summary><c>developer alice</c></summary>
    public override string ToString() => User is { } user ? $"{Name.Word} {user}" : Name.Word;
}

/// <summary>The word of a role on the command line.</summary>
public static class RoleNames
{
    extension(RoleName name)
    {
        /// <summary><c>server</c>, <c>developer</c>, <c>client</c>, <c>node</c></summary>
        public string Word => name switch
        {
            RoleName.Server => "server",
            RoleName.Developer => "developer",
            RoleName.Client => "client",
            _ => "node",
        };
    }

    /// <summary>All of them.</summary>
    public static IReadOnlyList<RoleName> All { get; } = [RoleName.Server, RoleName.Developer, RoleName.Client, RoleName.Node];

    /// <summary>Reads a word; null when it is none.</summary>
    public static RoleName? Parse(string word)
    {
        foreach (var name in All)
        {
            if (name.Word == word)
                return name;
        }

        return null;
    }
}
