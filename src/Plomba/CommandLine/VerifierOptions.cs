using System.CommandLine;
using Plomba.Transfer;
using Plomba.Transfer.Registries;
using Plomba.Transfer.Verifying;
using Plomba.Trust.Files;
using Plomba.Trust.Policy;
using Plomba.Trust.SimpleSigning;

namespace Plomba.CommandLine;

/// <summary>What every verb takes that decides about images: the groups policy, stores, access and platform.</summary>
internal sealed class VerifierOptions
{
    private readonly StoreOptions _stores = new();
    private readonly AccessOptions _access = new();
    private readonly PlatformOptions _platform = new();

    /// <summary>The group policy.</summary>
    public PolicyOptions Policy { get; } = new();

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command command)
    {
        Policy.AddTo(command);
        _stores.AddTo(command);
        _access.AddTo(command);
        _platform.AddTo(command);
    }

    /// <summary>The verifier that the options describe; dispose it with its connections.</summary>
    /// <exception cref="Failure">The policy or a configuration file cannot be used.</exception>
    public OpenVerifier Open(ParseResult parsed, Terminal terminal)
    {
        var environment = Machine.TrustEnvironment;
        var chosen = Policy.Read(parsed, environment, terminal);
        var clients = new RegistryClients(_access.Read(parsed));
        try
        {
            var verifier = new ImageVerifier(
                chosen.Policy,
                chosen.File,
                new PolicyEvaluator(new OpenPgpMechanism(TimeProvider.System), MachineFiles.Instance, TimeProvider.System),
                new ImageSources(clients, _stores.Read(parsed, environment, chosen.Site), MachineFiles.Instance));
            return new OpenVerifier(verifier, new VerifyScope(_platform.Read(parsed)), clients);
        }
        catch
        {
            clients.Dispose();
            throw;
        }
    }
}

/// <summary>A verifier and the connections it uses.</summary>
/// <param name="Verifier">Decides about images.</param>
/// <param name="Scope">This platform's instance, or the one that was asked for.</param>
/// <param name="Clients">The connections.</param>
internal sealed record OpenVerifier(ImageVerifier Verifier, VerifyScope Scope, RegistryClients Clients) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Clients.Dispose();
}
