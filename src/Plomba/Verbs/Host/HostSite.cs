using System.CommandLine;
using Plomba.CommandLine;
using Plomba.Hosts.Joining;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;
using Plomba.Site;
using Plomba.Verbs.Site;

namespace Plomba.Verbs.Host;

/// <summary>
/// The site a machine belongs to: <c>--site FILE</c>, else the machine's own <c>/etc/plomba/site.toml</c>, else the site it
/// has joined.
/// </summary>
internal static class HostSite
{
    /// <summary>Reads it, and says where the files that it names come from.</summary>
    /// <exception cref="Failure">There is none, or it is not valid.</exception>
    public static (SiteDescription Site, ISiteMaterial Material) Load(ParseResult parsed, MachineRoot root)
    {
        // A site that is named is a file of the machine this runs on, also where another root is prepared.
        if (parsed.GetValue(SiteOption.Site) is not null)
        {
            var site = SiteOption.Load(parsed);
            return (site, new LocalMaterial(MachineRoot.Open("/").Require(), site));
        }

        if (root.Read(MachinePath.Parse(SiteFile.DefaultPath), SiteFile.MaximumSize).TryGet(out var bytes, out var error))
        {
            var own = SiteFile.Parse(bytes.Span, SiteFile.DefaultPath).Site ?? throw SiteOption.Invalid(SiteFile.DefaultPath);
            return (own, new LocalMaterial(root, own));
        }

        if (error.Problem != MachineProblem.Missing)
            throw new Failure(error.Message, Text.Say("Name the site with --site FILE."));
        return JoinedSite.TryRead(root, out var joined, out var why)
            ? (joined.Site, joined)
            : throw new Failure(why ?? error.Message, Text.Say("Name the site with --site FILE, or join one: plomba host join URL --root-sha256 HEX"));
    }
}
