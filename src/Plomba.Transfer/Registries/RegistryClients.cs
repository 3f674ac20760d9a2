using System.Collections.Concurrent;

namespace Plomba.Transfer.Registries;

/// <summary>
/// One client a registry, shared by everything that runs: connections, pings and tokens are made once. Thread-safe.
/// </summary>
public sealed class RegistryClients(RegistryAccess access) : IDisposable
{
    private readonly ConcurrentDictionary<(RegistryHost, bool), Lazy<RegistryClient>> _clients = new();

    /// <summary>The client for a registry.</summary>
    /// <param name="host">The registry.</param>
    /// <param name="isConfiguredInsecure">What registries.conf says; <see cref="RegistryAccess.TlsVerify"/> stands above it.</param>
    /// <exception cref="TransferException">The certificates on this machine cannot be used.</exception>
    public RegistryClient For(RegistryHost host, bool isConfiguredInsecure)
    {
        var insecure = access.TlsVerify is { } verify ? !verify : isConfiguredInsecure;
        return _clients.GetOrAdd((host, insecure), k => new Lazy<RegistryClient>(() => new RegistryClient(k.Item1, k.Item2, access))).Value;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var client in _clients.Values.Where(c => c.IsValueCreated))
            client.Value.Dispose();
    }
}
