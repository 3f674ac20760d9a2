using Plomba.Hosts.Plans;
using Plomba.Trust;

namespace Plomba.Hosts.Rules.Configuration;

/// <summary>P122: CRI-O does not go by the system's policy.</summary>
internal sealed class CrioSettings : Rule
{
    private const string Policy = "/etc/containers/policy.json";

    public override string Id => "P122";

    public override string Title => Text.Say("CRI-O goes by another policy");

    public override string Why => Text.Say("Pods run what the site's policy refuses. A later drop-in replaces what an earlier one says, whole lists too.");

    public override bool IsMendedBy(DesiredEntry entry) => entry.Path.Text.StartsWith("/etc/crio/crio.conf.d/", StringComparison.Ordinal);

    public override IEnumerable<Finding> Check(CheckedMachine machine)
    {
        foreach (var mistake in machine.Crio.Mistakes)
            yield return Error("crio", mistake, Text.Say("Mend or remove the file; CRI-O does not start with it."));
        if (machine.Crio is { IsPresent: true, SignaturePolicy: var setting } && setting.Value != Policy)
        {
            yield return Error(
                "crio",
                setting.Value.Length == 0
                    ? Text.Say("signature_policy is not set: root's own policy would be read before the system's")
                    : Text.Say($"{setting.File} sets signature_policy to {QuotedText.Of(setting.Value)}"),
                "plomba host apply node");
        }
    }
}
