using Plomba.Hosts.Plans;
using Plomba.Images;
using Plomba.Trust.Configuration.RegistriesConf;

namespace Plomba.Hosts.Rules.Configuration;

/// <summary>P124: the site's registry is reached in another way than the site says.</summary>
internal sealed class RegistryAccess : Rule
{
    public override string Id => "P124";

    public override string Title => Text.Say("The registry is reached in another way than the site says");

    public override string Why => Text.Say("Without TLS where the site has it anybody on the way can exchange what is pulled; with TLS where it has none every pull fails.");

    public override bool IsMendedBy(DesiredEntry entry) => entry.Path.Text.StartsWith("/etc/containers/registries.conf.d/", StringComparison.Ordinal);

    public override IEnumerable<Finding> Check(CheckedMachine machine)
    {
        if (machine.Site is not { } site || !ImageReference.TryParse($"{site.Registry.Name}/image:latest", out var image)
            || RegistriesConfiguration.Load(null, CheckedMachine.SystemEnvironment, machine.Files, out _) is not { } registries)
        {
            yield break;
        }

        var sources = registries.SourcesOf(image);
        foreach (var source in sources.Sources)
        {
            if (source.BlockedBy is { } prefix)
                yield return Error(site.Registry.Name.Text, Text.Say($"{prefix} is blocked in registries.conf"), "plomba host apply client");
            else if (source.Reference.Domain == image.Domain && source.Insecure != site.Registry.Tls is null)
                yield return Error(site.Registry.Name.Text, source.Insecure ? Text.Say($"{image.Domain} is reached without TLS") : Text.Say($"{image.Domain} is asked for TLS, which the site does not have"), "plomba host apply client");
        }
    }
}
