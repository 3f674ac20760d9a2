using System.Text;
using Plomba.Hosts.Machines;
using Plomba.Site;
using Plomba.Site.Tls;

namespace Plomba.Hosts.Plans;

/// <summary>
/// A site whose files lie on the machine this runs on: keys where the site says, else in <c>keys/</c> beside the site's
/// file (a site that was brought to a new machine by hand); the certificates of its CA where the site says.
/// </summary>
/// <param name="machine">The machine this runs on, also where another root is prepared.</param>
/// <param name="site">The site.</param>
public sealed class LocalMaterial(MachineRoot machine, SiteDescription site) : ISiteMaterial
{
    private const int MaximumSize = 1024 * 1024;

    /// <inheritdoc/>
    public MachineResult<ReadOnlyMemory<byte>> KeyFile(SiteKey key)
    {
        var there = machine.Read(MachinePath.Parse(site.FileOf(key).Text), MaximumSize);
        return there.IsMissing && machine.Read(MachinePath.Parse(Path.GetDirectoryName(site.File)!).Below($"keys/{key.Name}.pgp"), MaximumSize) is { IsMissing: false } beside ? beside : there;
    }

    /// <inheritdoc/>
    public MachineResult<ReadOnlyMemory<byte>>? Authority
    {
        get
        {
            if (site.Registry.Tls?.Authority is not { } file)
                return null;
            var path = MachinePath.Parse(file.Text);
            var reading = machine.Read(path, MaximumSize);
            return !reading.TryGet(out var bytes, out _) ? reading
                : AuthorityFile.TryParse(Encoding.UTF8.GetString(bytes.Span), out var pem, out var why) ? MachineResult<ReadOnlyMemory<byte>>.Of(pem)
                : MachineResult<ReadOnlyMemory<byte>>.Failed(new(MachineProblem.Other, path, $"{file}: {why}"));
        }
    }

    /// <inheritdoc/>
    public MachineResult<ReadOnlyMemory<byte>>? SiteFile => machine.Read(MachinePath.Parse(site.File), Plomba.Site.SiteFile.MaximumSize);
}
