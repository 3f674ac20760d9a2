
namespace Plomba.Hosts.Rules.Users;

/// <summary>P107: who uses or makes images is an administrator too.</summary>
internal sealed class AdministratorsWithImages : Rule
{
    // What lets an account become root on ALT and Red Hat, and on Debian.
    private static readonly string[] AdministratorGroups = ["wheel", "sudo"];

    public override string Id => "P107";

    public override string Title => Text.Say("An image user is an administrator");

    public override string Why => Text.Say("Whoever may become root can loosen every policy; who signs and who administers are two persons.");

    public override IEnumerable<Finding> Check(CheckedMachine machine) =>
        from user in machine.Users
        where user.Kind is UserKind.Client or UserKind.Maker
        from @group in AdministratorGroups
        where user.IsIn(@group)
        select Error(
            user.Name,
            Text.Say($"{user.Name} is in {@group}"),
            $"gpasswd --delete {ShellWord.Of(user.Name)} {@group}");
}
