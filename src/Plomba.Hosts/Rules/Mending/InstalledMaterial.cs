using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;
using Plomba.Site;

namespace Plomba.Hosts.Rules.Mending;

/// <summary>The files of a site as the machine itself holds them: a damaged one cannot be mended from itself, and is refused by its fingerprint.</summary>
/// <param name="root">The machine.</param>
/// <param name="site">The site.</param>
public sealed class InstalledMaterial(MachineRoot root, SiteDescription site) : ISiteMaterial
{
    private const int LongestFile = 4 * 1024 * 1024;

    /// <inheritdoc/>
    public MachineResult<ReadOnlyMemory<byte>> KeyFile(SiteKey key) => root.Read(MachinePath.Parse(site.FileOf(key).Text), LongestFile);

    /// <inheritdoc/>
    public MachineResult<ReadOnlyMemory<byte>>? Authority
    {
        get
        {
            if (site.Registry.Tls is null)
                return null;
            var installed = root.Read(MachinePath.Parse($"/etc/containers/certs.d/{site.Registry.Name}/ca.crt"), LongestFile);
            return installed.IsMissing ? null : installed;
        }
    }
}
