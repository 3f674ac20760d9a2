using Plomba.Hosts.Plans;
using Plomba.Site.Names;

namespace Plomba.Hosts.Roles;

/// <summary>Which roles do not go together, and why.</summary>
internal static class RoleCombinations
{
    /// <summary>Adds a refusal for each.</summary>
    public static void Check(RoleDescription description, RoleName role)
    {
        if (role is RoleName.Node && description.Has(RoleName.Developer))
            NodeAndDeveloper(description);
        if (role is RoleName.Developer && description.Has(RoleName.Node) && !description.Context.Roles.Contains(RoleName.Node))
            NodeAndDeveloper(description);
        if (description.Context.Options.User is { } user)
            CheckUser(description, role, user);
    }

    private static void NodeAndDeveloper(RoleDescription description) => description.Refuse(
        Text.Say("a machine cannot be a node and hold image developers: a node runs only what is signed, and a developer's account takes anything"),
        Text.Say("Give one of the two roles to another machine."));

    private static void CheckUser(RoleDescription description, RoleName role, AccountName user)
    {
        var context = description.Context;
        if (context.Accounts.User(user) is { Id: 0 } || user.Text == "root")
            description.Refuse(Text.Say($"{user} is the administrator of the machine, whom no role can hold to anything"), Text.Say("Name an account of its own with --user."));
        if (role is RoleName.Server && context.Roles.All(r => r == RoleName.Server))
            description.Refuse(Text.Say("server is a role of the machine, not of a user"), Text.Say("Leave --user out."));
        if (role is RoleName.Client && (context.Roles.Contains(RoleName.Developer) || WasApplied(context, RoleName.Developer, user)))
            ClientAndDeveloper(description, user);
        else if (role is RoleName.Client && context.Site.Makers.Contains(user))
            description.Refuse(
                Text.Say($"{user} is a maker of the site: as a client its configuration would be closed, and it could not sign any more"),
                Text.Say("Take it out of its namespaces first (plomba site namespace set), or name another user."));
        if (role is RoleName.Developer && WasApplied(context, RoleName.Client, user))
            ClientAndDeveloper(description, user);
    }

    private static bool WasApplied(RoleContext context, RoleName role, AccountName user) =>
        context.Applied.Any(a => a.Name == role && a.User == user);

    private static void ClientAndDeveloper(RoleDescription description, AccountName user) => description.Refuse(
        Text.Say($"{user} cannot be a client and an image developer at once: a client's configuration is closed, a developer's is its own"),
        Text.Say("Use two accounts, or undo the other role first: plomba host undo."));
}
