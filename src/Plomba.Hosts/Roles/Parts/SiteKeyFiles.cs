using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;
using Plomba.Site;
using Plomba.Site.Rendering;
using Plomba.Trust.Keys;

namespace Plomba.Hosts.Roles.Parts;

/// <summary>
/// The site's public keys. Files and directory are root's, and so is every directory above them: who can rename one of
/// those puts keys of his own in their place.
/// </summary>
internal static class SiteKeyFiles
{
    public static void Add(RoleDescription description)
    {
        var site = description.Site;
        var directory = MachinePath.Parse(site.KeysDirectory.Text);
        description.AddDirectory(directory, Text.Say("public keys that policies name: only an administrator adds one"));
        ProtectAbove(description, directory);
        var packets = new Dictionary<SiteKey, ReadOnlyMemory<byte>>();
        foreach (var key in site.Keys)
        {
            if (Read(description, key) is not { } file)
                continue;
            packets[key] = file.Binary;
            description.AddFile(MachinePath.Parse(site.FileOf(key).Text), file.Bytes, Text.Say($"the public key {key.Name}"));
        }

        Retire(description);
        foreach (var @namespace in site.Namespaces.Where(n => NamespaceKeyring.IsNeeded(n, description.Versions) && n.Keys.All(packets.ContainsKey)))
            description.AddFile(
                MachinePath.Parse(NamespaceKeyring.FileOf(site, @namespace).Text),
                NamespaceKeyring.Render(@namespace, k => packets[k]),
                Text.Say($"all keys of {@namespace.Name} in one file, for programs that read only one"));
    }

    private static KeyFile? Read(RoleDescription description, SiteKey key)
    {
        if (!description.Context.Material.KeyFile(key).TryGet(out var bytes, out var error))
        {
            description.Refuse(Text.Say($"the file of the key {key.Name} cannot be had: {error.Message}"), Text.Say("See: plomba site check."));
            return null;
        }

        if (!KeyFile.TryRead(bytes, description.Context.Time.GetUtcNow(), out var file, out var why))
        {
            description.Refuse(Text.Say($"the file of the key {key.Name} is not used: {why}"), Text.Say("See: plomba site check."));
            return null;
        }

        if (file.Key.Fingerprint == key.Fingerprint)
            return file;
        description.Refuse(Text.Say($"the file of the key {key.Name} holds {file.Key.Fingerprint}, and the site says {key.Fingerprint}"), Text.Say("Put the right file back; another key gets another name."));
        return null;
    }

    // No policy of ours names them any more; a file of that name with another key in it is somebody else's.
    private static void Retire(RoleDescription description)
    {
        var site = description.Site;
        foreach (var key in description.Context.Options.RetiredKeys.Where(old => !site.Keys.Any(k => site.FileOf(k) == site.FileOf(old))))
        {
            var path = MachinePath.Parse(site.FileOf(key).Text);
            if (description.Context.Root.Read(path, KeyRing.MaximumLength).TryGet(out var bytes, out _)
                && KeyFile.TryRead(bytes, description.Context.Time.GetUtcNow(), out var file, out _) && file.Key.Fingerprint == key.Fingerprint)
                description.Add(new DesiredAbsence(path, Text.Say($"the key {key.Name} is the site's no longer")));
        }
    }

    private static void ProtectAbove(RoleDescription description, MachinePath directory)
    {
        for (var above = directory.Parent; above is { Depth: > 0 } place; above = place.Parent)
        {
            if (description.Context.Root.Status(place).TryGet(out var status, out _) && status.Kind == NodeKind.Directory && !IsProtected(status.Attributes)
                && place != MachinePath.Parse(description.Site.Registry.Data.Text))
                description.AddDirectory(place, Text.Say("whoever may write here could put other keys in place of the site's"));
        }
    }

    private static bool IsProtected(NodeAttributes attributes) =>
        attributes.Owner.User == 0 && ((attributes.Mode & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) == UnixFileMode.None || attributes.Mode.HasFlag(UnixFileMode.StickyBit));
}
