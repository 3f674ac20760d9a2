using Plomba.Trust.Keys;

namespace Plomba.Hosts.Rules.Keys;

/// <summary>P115: a key will soon sign nothing that counts. A warning from sixty days before, an error in the last week.</summary>
internal sealed class ExpiringKey : Rule
{
    private const int FirstWarning = 60;
    private const int LastWeek = 7;

    public override string Id => "P115";

    public override string Title => Text.Say("A key expires soon");

    public override string Why => Text.Say("From that day on every image it signed is refused, those that are installed too.");

    public override IEnumerable<Finding> Check(CheckedMachine machine)
    {
        foreach (var (file, key) in KeyInUse.Of(machine).SelectMany(f => f.Keys.Select(k => (f, k))).DistinctBy(k => k.k.Fingerprint))
        {
            if (!key.CanSign || End(key) is not { } end || (end - machine.Now).TotalDays is var days && days > FirstWarning)
                continue;
            var found = Text.Count((int)days, $"{file.Name(key)} expires on {end:yyyy-MM-dd}, in {(int)days} day", $"{file.Name(key)} expires on {end:yyyy-MM-dd}, in {(int)days} days");
            var mend = Text.Say("Prolong it (gpg --quick-set-expire) or make a new one, then: plomba site key add, plomba site namespace set");
            yield return days > LastWeek ? Warning(file.Path, found, mend) : Error(file.Path, found, mend);
        }
    }

    // When the last of the subkeys and primary keys that may sign stops; null: never.
    private static DateTimeOffset? End(KeyInfo key)
    {
        var ends = key.SigningKeys.Select(f => f == key.Fingerprint ? key.Expires : Earlier(key.Expires, key.Subkeys.FirstOrDefault(s => s.Fingerprint == f)?.Expires)).ToList();
        return ends.Contains(null) ? null : ends.Max();
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b ?? a : a;
}
