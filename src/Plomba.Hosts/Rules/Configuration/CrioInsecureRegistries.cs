using Plomba.Hosts.Plans;
using Plomba.Images;
using Plomba.Trust;
using Plomba.Trust.Configuration.RegistriesConf;

namespace Plomba.Hosts.Rules.Configuration;

/// <summary>P121: a registry without TLS is named where newer versions of CRI-O do not look.</summary>
internal sealed class CrioInsecureRegistries : Rule
{
    public override string Id => "P121";

    public override string Title => Text.Say("insecure_registries says what registries.conf does not");

    public override string Why => Text.Say("From CRI-O 1.35 on the list has no effect: after an update no image is pulled from there.");

    public override bool IsMendedBy(DesiredEntry entry) => entry.Path.Text.StartsWith("/etc/crio/crio.conf.d/", StringComparison.Ordinal);

    public override IEnumerable<Finding> Check(CheckedMachine machine)
    {
        if (machine.Crio.InsecureRegistries.IsEmpty || RegistriesConfiguration.Load(null, CheckedMachine.SystemEnvironment, machine.Files, out _) is not { } registries)
            yield break;
        foreach (var name in machine.Crio.InsecureRegistries)
        {
            if (ImageReference.TryParse($"{name}/image:latest", out var image) && image.Domain == name && !registries.SourcesOf(image).Sources.Any(s => s.Insecure))
                yield return Warning("crio", Text.Say($"{machine.Crio.InsecureRegistriesFile} names {QuotedText.Of(name)}, registries.conf does not let it be reached without TLS"), "plomba host apply node");
        }
    }
}
