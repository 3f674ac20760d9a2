using Plomba.Hosts.Plans;

namespace Plomba.Hosts.Rules.Users;

/// <summary>P109: a client can change its own configuration.</summary>
internal sealed class OpenConfiguration : Rule
{
    public override string Id => "P109";

    public override string Title => Text.Say("A client can change its own configuration");

    public override string Why => Text.Say("A policy.json in the home directory is read instead of the system's: it could accept anything.");

    public override bool IsMendedBy(DesiredEntry entry) => entry is DesiredDirectory { IsEmpty: true };

    public override IEnumerable<Finding> Check(CheckedMachine machine) =>
        from user in ConfigurationLock.Clients(machine)
        let status = ConfigurationLock.Find(machine, user)
        where status is not null
        let weakness = ConfigurationLock.Weakness(machine, user, status)
        where weakness is not null
        select Error(user.Name, weakness, "plomba host check --rules P109 --fix");
}
