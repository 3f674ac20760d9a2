using Plomba.Hosts.Accounts;
using Plomba.Hosts.Machines;
using Plomba.Site.Names;
using Plomba.Site.Rendering.Units;

namespace Plomba.Hosts.Roles.Parts;

/// <summary>The account the service runs as.</summary>
internal static class ServerAccount
{
    public static UserAccount? Ensure(RoleDescription description)
    {
        _ = AccountName.TryParse(ServerUnits.Account, out var name, out _);
        var data = MachinePath.Parse(description.Site.Registry.Data.Text);
        return description.Context.Accounts.EnsureUser(new NewUser(name, data, "/sbin/nologin", IsSystem: true) { Comment = "Plomba registry" }, Text.Say("the service runs as a user of its own"));
    }

    /// <summary>Its primary group, once <see cref="Ensure"/> has asked for it; root's where the machine has no such account.</summary>
    public static uint GroupOf(RoleDescription description)
    {
        _ = AccountName.TryParse(ServerUnits.Account, out var name, out _);
        return description.Context.Accounts.User(name)?.GroupId ?? 0;
    }
}
