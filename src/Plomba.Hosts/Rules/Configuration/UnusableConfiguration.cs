using Plomba.Hosts.Plans;
using Plomba.Trust.Configuration;
using Plomba.Trust.Configuration.RegistriesConf;

namespace Plomba.Hosts.Rules.Configuration;

/// <summary>P119: registries.d or registries.conf cannot be read: no pull works.</summary>
internal sealed class UnusableConfiguration : Rule
{
    public override string Id => "P119";

    public override string Title => Text.Say("registries.d or registries.conf cannot be used");

    public override string Why => Text.Say("Every pull fails. A second definition of default-docker or of a namespace is enough.");

    public override bool IsMendedBy(DesiredEntry entry) => entry.Path.Text.Contains("/containers/registries.d/", StringComparison.Ordinal);

    public override IEnumerable<Finding> Check(CheckedMachine machine)
    {
        foreach (var (user, environment) in machine.Users.Select(u => ((CheckedUser?)u, u.Environment)).Prepend((null, CheckedMachine.SystemEnvironment)))
        {
            foreach (var mistake in Mistakes(machine, environment))
            {
                // The system's mistakes are everybody's: they are told once.
                if (user is null || mistake.File?.StartsWith(user.Home.TrimEnd('/') + "/", StringComparison.Ordinal) == true)
                    yield return Error(user?.Name ?? mistake.File ?? "/etc/containers/registries.d", mistake.ToString(), Text.Say("Mend or remove the file; plomba policy lint shows the place."));
            }
        }
    }

    private static IEnumerable<ConfigurationMistake> Mistakes(CheckedMachine machine, TrustEnvironment environment)
    {
        if (machine.SignatureStoresOf(environment, out var stores) is null)
            yield return stores!;
        if (RegistriesConfiguration.Load(null, environment, machine.Files, out var registries) is null)
            yield return registries!;
    }
}
