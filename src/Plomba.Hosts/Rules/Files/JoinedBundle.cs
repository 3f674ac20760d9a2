using Plomba.Hosts.Joining;

namespace Plomba.Hosts.Rules.Files;

/// <summary>P305: the trust bundle of a joined machine has expired, or cannot be used.</summary>
internal sealed class JoinedBundle : Rule
{
    public override string Id => "P305";

    public override string Title => Text.Say("The trust bundle of a joined machine has expired or is damaged");

    public override string Why => Text.Say("Nothing is taken away, but revocations and new keys do not reach this machine; somebody may be keeping them from it.");

    public override IEnumerable<Finding> Check(CheckedMachine machine)
    {
        if (!JoinedSite.TryRead(machine.Root, out var joined, out var why))
        {
            if (why is not null)
                yield return Error("/etc/plomba/joined", why, "plomba host join --refresh");
        }
        else if (joined.Expires <= machine.Now)
        {
            yield return Error("/etc/plomba/joined", Text.Say($"the trust bundle expired on {joined.Expires:yyyy-MM-dd}; the last news came on {joined.Updated:yyyy-MM-dd}"), "plomba host join --refresh");
        }
    }
}
