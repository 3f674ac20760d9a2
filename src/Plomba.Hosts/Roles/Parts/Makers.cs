using Plomba.Hosts.Accounts;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;
using Plomba.Site.Names;
using Plomba.Site.Rendering;

namespace Plomba.Hosts.Roles.Parts;

/// <summary>Image developers: account, groups, a configuration of their own, an inbox on the server's machine.</summary>
internal static class Makers
{
    /// <summary>The user that is named, else every maker of the site. Nobody else's home is looked at.</summary>
    public static void Add(RoleDescription description, RoleGroups groups)
    {
        IReadOnlyList<AccountName> names = description.Context.Options.User is { } named ? [named] : [.. description.Site.Makers];
        if (names.Count == 0)
            description.Refuse(Text.Say("the site has no makers"), Text.Say("Name one with --user, or in the site: plomba site namespace set NAME --maker ACCOUNT."));
        foreach (var name in names)
        {
            if (HomeDirectories.EnsureUser(description, name, Text.Say($"{name} makes images")) is { } user)
                Add(description, groups, name, user);
        }

        if (!description.Has(RoleName.Server) && !description.Site.Signatures.Extension)
            description.Note(
                Text.Say("the site signs through inboxes on the server's machine alone: from here nobody can sign"),
                Text.Say("Let the site say signatures.extension = true, or give the role on the server's machine."));
    }

    private static void Add(RoleDescription description, RoleGroups groups, AccountName name, UserAccount user)
    {
        var accounts = description.Context.Accounts;
        var why = Text.Say($"{name} makes images");
        accounts.EnsureMember(user, groups.User, why);
        accounts.EnsureMember(user, groups.Maker, why);
        accounts.EnsureSubordinateIds(user, Text.Say($"rootless containers of {user.Name}"));
        Administrators.Note(description, user, Text.Say($"{user.Name} signs images and may administer the machine: who signs should not decide what is accepted"));
        State(description, name);
        if (HomeDirectories.OwnHomeOf(description, user) is not { } home)
            return;
        AddConfiguration(description, name, user, home.Below(".config/containers"));
        UserNamespaces.Add(description);
        if (description.Has(RoleName.Server))
            Inboxes.Add(description, name, user);
    }

    private static void AddConfiguration(RoleDescription description, AccountName name, UserAccount user, MachinePath directory)
    {
        var (file, folder) = (NodeAttributes.RootFile with { Owner = user.Owner }, NodeAttributes.RootDirectory with { Owner = user.Owner });
        var why = Text.Say($"the own configuration of {name}: any image may be pulled, the site's only signed");
        // Named, because it may be closed: a client that becomes a developer gets its own back.
        description.Add(new DesiredDirectory(directory, folder, why));
        description.Add(new DesiredDirectory(directory.Below("registries.d"), folder, why));
        foreach (var rendered in SiteRendering.ForMaker(description.Site, name, new RenderingRequest { Versions = description.Versions }))
            description.Add(new DesiredFile(directory.Below(rendered.RelativePath[".config/containers/".Length..]), rendered.Content, file, why));
        OtherSignatureStores.Add(description, directory.Below("registries.d"));
    }

    private static void State(RoleDescription description, AccountName name)
    {
        var own = description.Site.Namespaces.Where(n => n.Makers.Contains(name)).Select(description.Site.ScopeOf).ToList();
        if (own.Count > 0)
            description.Note(Text.Say($"{name} may push and sign in: {string.Join(", ", own)}"));
        else
            description.Note(Text.Say($"{name} is a maker of no namespace: it may build, and push nowhere"), Text.Say($"plomba site namespace set NAME --maker {name}"));
    }
}
