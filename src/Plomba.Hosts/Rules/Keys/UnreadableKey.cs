using Plomba.Hosts.Plans;

namespace Plomba.Hosts.Rules.Keys;

/// <summary>P113: a key file that a policy names is not there, or holds no key.</summary>
internal sealed class UnreadableKey : Rule
{
    public override string Id => "P113";

    public override string Title => Text.Say("A key file cannot be used");

    public override string Why => Text.Say("Every image that the key signed is refused.");

    public override bool IsMendedBy(DesiredEntry entry) => entry is DesiredFile && (entry.Path.Name.EndsWith(".pgp", StringComparison.Ordinal) || entry.Path.Name.EndsWith(".keyring", StringComparison.Ordinal));

    public override IEnumerable<Finding> Check(CheckedMachine machine)
    {
        foreach (var file in KeyInUse.Of(machine))
        {
            if (!file.Reading.IsRead)
                yield return Error(file.Path, file.Reading.Message, "plomba host apply client");
            else if (file.IsOpenPgp && file.Keys.Count == 0)
                yield return Error(file.Path, Text.Say($"{file.Path} holds no OpenPGP public key"), "plomba host apply client");
        }
    }
}
