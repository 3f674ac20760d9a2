using System.Net;
using System.Security.Cryptography.X509Certificates;
using Plomba.Transfer.Registries.Http;

namespace Plomba.Transfer.Registries;

/// <summary>
/// Asks a server of a registry whether it answers, over the connection that a pull would use, and no more: one request, no
/// credentials, no redirect followed, no body read. Thread-safe.
/// </summary>
public sealed class ServerProbe : IDisposable
{
    private readonly RegistryAccess _access;
    private readonly HttpMessageInvoker _http;
    private volatile string? _untrusted;
    private DateTimeOffset? _ends;

    /// <summary>Prepares; nothing is sent yet.</summary>
    /// <param name="registry">Whose <c>certs.d</c> counts.</param>
    /// <param name="insecure">Whatever certificate is shown, it is taken.</param>
    /// <param name="access">Where certificates are, and how long an answer is waited for.</param>
    /// <exception cref="TransferException">The certificates on this machine cannot be used.</exception>
    public ServerProbe(RegistryHost registry, bool insecure, RegistryAccess access)
    {
        ArgumentNullException.ThrowIfNull(access);
        _access = access;
        var options = CertificateDirectory.For(registry, access).Options(insecure, why => _untrusted = why);
        var trusts = options.RemoteCertificateValidationCallback!;
        options.RemoteCertificateValidationCallback = (sender, certificate, chain, errors) =>
        {
            if (certificate is X509Certificate2 shown)
                _ends = new DateTimeOffset(shown.NotAfter.ToUniversalTime(), TimeSpan.Zero);
            return trusts(sender, certificate, chain, errors);
        };
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            Proxy = EnvironmentProxy.Instance,
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseHeadersLength = 64,
            MaxResponseDrainSize = 0,
            ConnectTimeout = access.Patience,
            SslOptions = options,
        });
    }

    /// <summary>Asks. Whatever comes of it is a result; user information of the URL is neither sent nor shown.</summary>
    public async Task<ProbeResult> AskAsync(Uri uri, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(uri);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(_access.Patience);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, uri);
            using var response = await _http.SendAsync(request, patience.Token);
            return new ProbeResult(response.StatusCode, null, false, _ends);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            var trouble = Trouble.Explain(e, uri, _untrusted, _access.Patience);
            return new ProbeResult(null, trouble.Message.ReplaceLineEndings(" "), trouble.Trouble == TransferTrouble.Tls, _ends);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}

/// <summary>What a server answered.</summary>
/// <param name="Status">The status; null: there was no answer.</param>
/// <param name="Trouble">Why there was none, one line for people; null: there was.</param>
/// <param name="IsTls">Whether the trouble is with TLS or the certificate.</param>
/// <param name="CertificateEnds">When the certificate it showed ends; null: it showed none.</param>
public sealed record ProbeResult(HttpStatusCode? Status, string? Trouble, bool IsTls, DateTimeOffset? CertificateEnds);
