using System.Net;

namespace Plomba.Transfer.Registries.Http;

/// <summary>
/// The proxy that HTTP_PROXY, HTTPS_PROXY and NO_PROXY name, as Go programs understand them: what is on this machine is
/// never asked through a proxy.
/// </summary>
internal sealed class EnvironmentProxy : IWebProxy
{
    /// <summary>The only one needed: the environment does not change.</summary>
    public static EnvironmentProxy Instance { get; } = new();

    /// <inheritdoc/>
    public ICredentials? Credentials
    {
        get => HttpClient.DefaultProxy.Credentials;
        set => throw new NotSupportedException("The proxy's login stands in the environment.");
    }

    /// <inheritdoc/>
    public Uri? GetProxy(Uri destination) => destination.IsLoopback ? null : HttpClient.DefaultProxy.GetProxy(destination);

    /// <inheritdoc/>
    public bool IsBypassed(Uri host) => GetProxy(host) is null;
}
