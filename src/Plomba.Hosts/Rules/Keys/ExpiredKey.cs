
namespace Plomba.Hosts.Rules.Keys;

/// <summary>P116: a key has expired. An error where no other key is left.</summary>
internal sealed class ExpiredKey : Rule
{
    public override string Id => "P116";

    public override string Title => Text.Say("A key has expired");

    public override string Why => Text.Say("Every image that only this key signed is refused.");

    public override IEnumerable<Finding> Check(CheckedMachine machine)
    {
        foreach (var (file, key) in KeyInUse.Of(machine).SelectMany(f => f.Keys.Select(k => (f, k))).DistinctBy(k => k.k.Fingerprint))
        {
            if (key is not { CanSign: false, IsRevoked: false, SigningEnds: { } end } || end > machine.Now)
                continue;
            var found = Text.Say($"{file.Name(key)} expired on {end:yyyy-MM-dd}");
            var mend = Text.Say("Sign with a new key and take the old one out: plomba site namespace set, plomba site key remove");
            yield return KeyInUse.IsLast(machine, key) ? Error(file.Path, found, mend) : Warning(file.Path, found, mend);
        }
    }
}
