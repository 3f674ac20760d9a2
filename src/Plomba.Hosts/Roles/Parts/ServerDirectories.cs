using Plomba.Files;
using Plomba.Hosts.Accounts;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;

namespace Plomba.Hosts.Roles.Parts;

/// <summary>The server's data, which is the service's own and nobody else's.</summary>
internal static class ServerDirectories
{
    private const UnixFileMode Closed = DurableFile.PrivateDirectoryMode | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;
    private const UnixFileMode Passable = DurableFile.PrivateDirectoryMode | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public static void Add(RoleDescription description, UserAccount account)
    {
        var site = description.Site;
        var data = MachinePath.Parse(site.Registry.Data.Text);
        var inboxes = MachinePath.Parse(site.Signatures.Inboxes.Text);
        var keys = MachinePath.Parse(site.KeysDirectory.Text);
        // Makers must get to their inboxes, and everybody to the keys.
        var mode = inboxes.IsIn(data) || keys.IsIn(data) ? Passable : Closed;
        description.Add(new DesiredDirectory(data, new NodeAttributes(account.Owner, mode), Text.Say("the data of the registry")));
        // What is published there the administrator signs, and the service only reads.
        description.Add(new Handover(data, account.Owner, [inboxes, keys, data.Below("trust")]));
        description.AddDirectory(inboxes, Text.Say("where makers on this machine write signatures"));
        if (keys.IsIn(data))
            description.Note(
                Text.Say($"the keys are in {keys}, within the data of the service: whoever takes over the service could put others in their place"),
                Text.Say("Name a directory of its own in the site: keys.directory."));
    }
}
