using System.CommandLine;
using Plomba.Site;
using Plomba.Transfer;
using Plomba.Transfer.Registries;
using Plomba.Trust.Configuration;
using Plomba.Trust.Configuration.RegistriesConf;
using Plomba.Trust.Configuration.RegistriesD;
using Plomba.Trust.Files;

namespace Plomba.CommandLine;

/// <summary>The option group <c>stores</c>: where registries and signature stores are configured.</summary>
/// <param name="isMissingEmpty">A directory that is not there is an empty one, as skopeo has it; else a mistake.</param>
internal sealed class StoreOptions(bool isMissingEmpty = false)
{
    private readonly Option<string?> _registriesD = new("--registries.d") { Description = Text.Say("Directory that says where signatures are."), HelpName = "DIR" };

    private readonly Option<string?> _registriesConf = new("--registries-conf") { Description = Text.Say("The registries.conf to use."), HelpName = "FILE" };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_registriesD);
        command.Add(_registriesConf);
    }

    /// <summary>The configuration that was named, else the user's, else the system's; for a site's registry what the site says.</summary>
    /// <exception cref="Failure">It cannot be used.</exception>
    public IRegistryConfiguration Read(ParseResult parsed, TrustEnvironment environment, SiteDescription? site)
    {
        var files = ReadFiles(parsed, environment);
        return site is null ? files : new SiteRegistries(site, files, isLookasideNamed: parsed.GetValue(_registriesD) is not null);
    }

    private ConfiguredRegistries ReadFiles(ParseResult parsed, TrustEnvironment environment)
    {
        var named = parsed.GetValue(_registriesD);
        if (named is not null && !isMissingEmpty && !Directory.Exists(named))
            throw Failure.Usage(Text.Say($"--registries.d {named}: no such directory"));
        var file = parsed.GetValue(_registriesConf);
        if (file is not null && !File.Exists(file))
            throw Failure.Usage(Text.Say($"--registries-conf {file}: no such file"));
        var directory = SignatureStores.Locate(named, environment, MachineFiles.Instance);
        if (SignatureStores.Load(directory, MachineFiles.Instance, out var mistake) is not { } stores)
            throw new Failure($"{mistake}", Text.Say("Correct the file: it says where signatures are."));
        return RegistriesConfiguration.Load(file, environment, MachineFiles.Instance, out mistake) is { } registries
            ? new ConfiguredRegistries(registries, stores, SignatureStores.DefaultStore(environment))
            : throw new Failure($"{mistake}", Text.Say("Correct the file: it says how registries are reached."));
    }
}
