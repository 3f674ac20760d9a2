using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;
using Plomba.Site;
using Plomba.Site.Rendering;

namespace Plomba.Hosts.Roles;

/// <summary>What a role is putting together: the parts of <c>Parts/</c> add to it.</summary>
internal sealed class RoleDescription(RoleContext context)
{
    private readonly List<DesiredEntry> _entries = [];
    private readonly List<Activation> _activations = [];
    private readonly List<RoleFinding> _findings = [];
    private readonly List<Handover> _handovers = [];

    public RoleContext Context { get; } = context;

    public SiteDescription Site => Context.Site;

    /// <summary>Which versions read what is written.</summary>
    public ClientVersions Versions { get; } = context.Options.Versions ?? InstalledVersions.Read(context.Root);

    /// <summary>Whether the machine is, or becomes, one with that role.</summary>
    public bool Has(RoleName role) => Context.Roles.Contains(role) || Context.Applied.Any(a => a.Name == role);

    public RoleState State => new(_entries, [.. _activations.Distinct()], [.. _findings.Distinct()]) { Handovers = [.. _handovers.Where(h => h.IsNeeded(Context.Root))] };

    public void Add(DesiredEntry entry) => _entries.Add(entry);

    public void Add(Activation activation) => _activations.Add(activation);

    public void Add(Handover handover) => _handovers.Add(handover);

    public void Refuse(string text, string? hint = null) => _findings.Add(RoleFinding.Refusal(text, hint));

    public void Note(string text, string? hint = null) => _findings.Add(RoleFinding.Note(text, hint));

    /// <summary>A file of root's that everybody reads.</summary>
    public void AddFile(MachinePath path, ReadOnlyMemory<byte> content, string why) => Add(new DesiredFile(path, content, NodeAttributes.RootFile, why));

    /// <summary>A directory of root's that everybody reads and nobody else changes.</summary>
    public void AddDirectory(MachinePath path, string why) => Add(new DesiredDirectory(path, NodeAttributes.RootDirectory, why));
}
