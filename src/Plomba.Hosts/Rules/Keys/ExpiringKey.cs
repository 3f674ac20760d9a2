using Plomba.Trust.Keys;

namespace Plomba.Hosts.Rules.Keys;

/// <summary>P115: a key will soon sign nothing that counts. A warning from sixty days before, an error in the last week.</summary>
internal sealed class ExpiringKey : Rule
{
    public override string Id => "P115";

    public override string Title => Text.Say("A key expires soon");

    public override string Why => Text.Say("From that day on every image it signed is refused, those that are installed too.");

    public override IEnumerable<Finding> Check(CheckedMachine machine)
    {
        foreach (var (file, key) in KeyInUse.Of(machine).SelectMany(f => f.Keys.Select(k => (f, k))).DistinctBy(k => k.k.Fingerprint))
        {
            if (!key.CanSign || key.SigningEnds is not { } end || Expiry.Of(end, machine.Now) is var urgency && urgency == ExpiryUrgency.None)
                continue;
            var days = Expiry.DaysLeft(end, machine.Now);
            var found = Text.Count(days, $"{file.Name(key)} expires on {end:yyyy-MM-dd}, in {days} day", $"{file.Name(key)} expires on {end:yyyy-MM-dd}, in {days} days");
            var mend = Text.Say("Prolong it (gpg --quick-set-expire) or make a new one, then: plomba site key add, plomba site namespace set");
            yield return urgency < ExpiryUrgency.Critical ? Warning(file.Path, found, mend) : Error(file.Path, found, mend);
        }
    }
}
