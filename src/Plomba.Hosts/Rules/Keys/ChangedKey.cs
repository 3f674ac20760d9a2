using Plomba.Hosts.Plans;

namespace Plomba.Hosts.Rules.Keys;

/// <summary>P114: the file of a key of the site holds another key, or a second one.</summary>
internal sealed class ChangedKey : Rule
{
    public override string Id => "P114";

    public override string Title => Text.Say("A key is not the site's");

    public override string Why => Text.Say("Signatures of a key that nobody accepted count.");

    public override bool IsMendedBy(DesiredEntry entry) => entry is DesiredFile && (entry.Path.Name.EndsWith(".pgp", StringComparison.Ordinal) || entry.Path.Name.EndsWith(".keyring", StringComparison.Ordinal));

    public override IEnumerable<Finding> Check(CheckedMachine machine) =>
        from file in KeyInUse.Of(machine)
        let wanted = file.SiteKey?.Fingerprint
        where wanted is not null
        from key in file.Keys
        where key.Fingerprint != wanted
        select Error(
            file.Path,
            Text.Say($"{file.Path} holds {key.Fingerprint}, the site says {wanted}"),
            "plomba host apply client");
}
