
namespace Plomba.Hosts.Rules.Keys;

/// <summary>P117: a key was withdrawn. An error where no other key is left.</summary>
internal sealed class RevokedKey : Rule
{
    public override string Id => "P117";

    public override string Title => Text.Say("A key is revoked");

    public override string Why => Text.Say("Every image that only this key signed is refused; whoever stole it may have signed some of them.");

    public override IEnumerable<Finding> Check(CheckedMachine machine)
    {
        foreach (var (file, key) in KeyInUse.Of(machine).SelectMany(f => f.Keys.Select(k => (f, k))).Where(k => k.k.IsRevoked).DistinctBy(k => k.k.Fingerprint))
        {
            var found = Text.Say($"{file.Name(key)} is revoked");
            var mend = Text.Say("Sign with a new key and take the old one out: plomba site namespace set, plomba site key remove");
            yield return KeyInUse.IsLast(machine, key) ? Error(file.Path, found, mend) : Warning(file.Path, found, mend);
        }
    }
}
