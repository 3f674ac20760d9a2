using Plomba.Hosts.Machines;
using Plomba.Site;

namespace Plomba.Hosts.Plans;

/// <summary>The files that a site names but does not hold: where they come from depends on how the machine got its site.</summary>
public interface ISiteMaterial
{
    /// <summary>The bytes of a key's file; the caller compares its fingerprint with the site's.</summary>
    MachineResult<ReadOnlyMemory<byte>> KeyFile(SiteKey key);

    /// <summary>The certificate of the site's own authority, PEM; null where the site has none.</summary>
    MachineResult<ReadOnlyMemory<byte>>? Authority { get; }

    /// <summary>The bytes of the site's own description, for machines that keep a copy; null where they need none (a joined one).</summary>
    MachineResult<ReadOnlyMemory<byte>>? SiteFile => null;
}
