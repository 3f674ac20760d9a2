using Plomba.Files;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;
using Plomba.Site;

namespace Plomba.Hosts.Roles.Parts;

/// <summary>The site's description where the service and later commands look for it: readable by the service, private else.</summary>
internal static class SiteCopy
{
    public static void Add(RoleDescription description)
    {
        var target = MachinePath.Parse(SiteFile.DefaultPath);
        if (description.Context.Material.SiteFile is not { } reading)
            return;
        if (!reading.TryGet(out var bytes, out var error))
        {
            description.Refuse(error.Message);
            return;
        }

        // The paths in it are relative to the file: moved, they must still mean the same.
        if (SiteFile.Parse(bytes.Span, SiteFile.DefaultPath).Site is not { } there || !MeansTheSame(there, description.Site))
        {
            description.Refuse(
                Text.Say($"{description.Site.File} names paths relative to itself, which would mean others in {target}"),
                Text.Say("Write absolute paths in the site."));
            return;
        }

        var group = description.Has(RoleName.Server) ? ServerAccount.GroupOf(description) : 0;
        var mode = DurableFile.PrivateMode | (group == 0 ? UnixFileMode.None : UnixFileMode.GroupRead);
        description.Add(new DesiredFile(target, bytes, new NodeAttributes(new Owner(0, group), mode), Text.Say("the description of the site")));
    }

    private static bool MeansTheSame(SiteDescription one, SiteDescription other) =>
        one.Registry.Data == other.Registry.Data && one.Registry.Tls == other.Registry.Tls && one.KeysDirectory == other.KeysDirectory
        && one.Signatures.Inboxes == other.Signatures.Inboxes && one.Access.Passwords == other.Access.Passwords;
}
