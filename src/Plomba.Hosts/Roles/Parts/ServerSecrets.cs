using Plomba.Files;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;
using Plomba.Site.Names;

namespace Plomba.Hosts.Roles.Parts;

/// <summary>Files that an administrator makes and the service reads: passwords, certificate and its key. Their content is not touched.</summary>
internal static class ServerSecrets
{
    public static void Add(RoleDescription description)
    {
        var forService = new NodeAttributes(new Owner(0, ServerAccount.GroupOf(description)), DurableFile.PrivateMode | UnixFileMode.GroupRead);
        if (description.Site.Access.Passwords is { } passwords)
            Add(description, passwords, forService, Text.Say("passwords are for the service alone"), Text.Say("Make it with: htpasswd -B -c FILE ACCOUNT."));
        if (description.Site.Registry.Tls is not { } tls)
            return;
        Add(description, tls.Certificate, NodeAttributes.RootFile, Text.Say("the certificate of the server"), Text.Say("Make it with: plomba tls init."));
        Add(description, tls.Key, forService, Text.Say("the private key is for the service alone"), Text.Say("Make it with: plomba tls init."));
    }

    private static void Add(RoleDescription description, SitePath file, NodeAttributes attributes, string why, string hint)
    {
        var path = MachinePath.Parse(file.Text);
        if (description.Context.Root.StatusFollowed(path).IsMissing)
            description.Note(Text.Say($"{path} is not there yet, and the service does not start without it"), hint);
        description.Add(new DesiredAttributes(path, attributes, why));
    }
}
