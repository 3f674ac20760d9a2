using System.Net;
using System.Net.Sockets;
using System.Reflection;

namespace Plomba.Transfer.Registries.Http;

/// <summary>
/// HTTP for one registry and the signature stores configured for it: its TLS settings, connection reuse, redirects,
/// retries and limits in one place. Nothing is sent twice to a host it was not meant for. Thread-safe.
/// </summary>
internal sealed class HttpTransport : IDisposable
{
    private const int MostRedirects = 5;
    private const int LongestError = 1024 * 1024;

    private readonly RegistryAccess _access;
    private readonly bool _insecure;
    private readonly Retry _retry;
    private readonly AddressRule _addresses = new();
    private readonly HttpMessageInvoker _configured;
    private readonly HttpMessageInvoker _foreign;
    private volatile string? _untrusted;

    /// <summary>Prepares connections; nothing is sent yet.</summary>
    /// <param name="registry">Whose <c>certs.d</c> counts.</param>
    /// <param name="insecure">Certificates are not checked and https may lead to http.</param>
    /// <param name="access">The user's options.</param>
    /// <exception cref="TransferException">The certificates on this machine cannot be used.</exception>
    public HttpTransport(RegistryHost registry, bool insecure, RegistryAccess access)
    {
        _access = access;
        _insecure = insecure;
        _retry = new Retry(access.Retries, access.Clock);
        var certificates = CertificateDirectory.For(registry, access);
        _configured = new HttpMessageInvoker(Handler(certificates, isForeign: false));
        _foreign = new HttpMessageInvoker(Handler(certificates, isForeign: true));
    }

    /// <summary>Makes a call and reads its whole answer, whatever its status.</summary>
    /// <param name="call">The call.</param>
    /// <param name="limit">Most bytes of a 200's body.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="TransferException">No answer, or a body over the limit.</exception>
    public Task<Answer> FetchAsync(Call call, int limit, CancellationToken cancellation) => call.IsProbe
        ? TryOnceAsync(call, limit, cancellation)
        : _retry.RunAsync(() => TryOnceAsync(call, limit, cancellation), cancellation);

    /// <summary>Makes a call and hands over the answer with its body unread; the caller disposes it.</summary>
    /// <exception cref="TransferException">No answer.</exception>
    public async Task<HttpResponseMessage> OpenAsync(Call call, CancellationToken cancellation)
    {
        try
        {
            return await FollowAsync(call, cancellation);
        }
        catch (Exception e) when (e is not TransferException && !cancellation.IsCancellationRequested)
        {
            throw Explain(e, call.Uri);
        }
    }

    /// <summary>The trouble behind an exception of the network classes, in one line.</summary>
    public TransferException Explain(Exception e, Uri uri) => Trouble.Explain(e, uri, _untrusted, _access.Patience);

    /// <inheritdoc/>
    public void Dispose()
    {
        _configured.Dispose();
        _foreign.Dispose();
    }

    private async Task<Answer> TryOnceAsync(Call call, int limit, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(_access.Patience);
        try
        {
            using var response = await FollowAsync(call, patience.Token);
            return await ReadAsync(response, limit, patience.Token);
        }
        catch (Exception e) when (e is not TransferException && !cancellation.IsCancellationRequested)
        {
            throw Explain(e, call.Uri);
        }
    }

    private async Task<HttpResponseMessage> FollowAsync(Call call, CancellationToken cancellation)
    {
        var uri = call.Uri;
        for (var hop = 0; ; hop++)
        {
            var isOwn = uri.Authority == call.Uri.Authority && uri.Scheme == call.Uri.Scheme;
            using var request = Request(call, uri, isOwn);
            var response = await (isOwn && !call.IsForeign ? _configured : _foreign).SendAsync(request, cancellation);
            if (response.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
                or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect) || response.Headers.Location is not { } location)
            {
                return response;
            }

            response.Dispose();
            if (call.Method != HttpMethod.Get || hop == MostRedirects)
                throw new TransferException(TransferTrouble.Protocol, Text.Say($"{Shown(call.Uri)}: too many redirects"));
            uri = Target(uri, location);
        }
    }

    private Uri Target(Uri from, Uri location)
    {
        var target = new Uri(from, location);
        if (target.Scheme is not ("http" or "https"))
            throw new TransferException(TransferTrouble.Protocol, Text.Say($"{Shown(from)}: redirect to {target.Scheme}: is refused"));
        if (from.Scheme == "https" && target.Scheme == "http" && !_insecure)
            throw new TransferException(TransferTrouble.Protocol, Text.Say($"{Shown(from)}: redirect from https to http is refused"));
        return target;
    }

    // Queries of redirects carry signatures, user information passwords: neither is shown.
    private static string Shown(Uri uri) => $"{uri.Scheme}://{uri.Authority}{uri.AbsolutePath}";

    private static HttpRequestMessage Request(Call call, Uri uri, bool isOwn)
    {
        var request = new HttpRequestMessage(call.Method, uri)
        {
            Version = HttpVersion.Version11,
            Content = Content(call),
        };
        if (isOwn)
            request.Headers.Authorization = call.Authorization;
        if (call.Accept.Count > 0)
            request.Headers.TryAddWithoutValidation("Accept", string.Join(", ", call.Accept));
        if (call.From is { } from)
            request.Headers.Range = new System.Net.Http.Headers.RangeHeaderValue(from, null);
        if (call.Condition is var (name, value))
            request.Headers.TryAddWithoutValidation(name, value);
        request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        return request;
    }

    private static HttpContent? Content(Call call)
    {
        if (call.Form is not null)
            return new FormUrlEncodedContent(call.Form);
        if (call.Content is not { } content)
            return null;
        var bytes = new ReadOnlyMemoryContent(content.Bytes);
        bytes.Headers.TryAddWithoutValidation("Content-Type", content.MediaType);
        return bytes;
    }

    private static async Task<Answer> ReadAsync(HttpResponseMessage response, int limit, CancellationToken cancellation)
    {
        var isOk = response.StatusCode == HttpStatusCode.OK;
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        var body = await Bounded.ReadAsync(stream, isOk ? limit : LongestError, cancellation);
        if (body.IsCut && isOk)
            throw new TransferException(TransferTrouble.TooLarge, Text.Say($"exceeded maximum allowed size of {limit} bytes"));
        var headers = response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
            .SelectMany(h => h.Value, (h, value) => (h.Key, Value: value))
            .ToLookup(h => h.Key, h => h.Value, StringComparer.OrdinalIgnoreCase);
        return new Answer(
            response.StatusCode,
            $"{(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd(),
            headers["Content-Type"].FirstOrDefault(),
            body.Bytes,
            headers);
    }

    private SocketsHttpHandler Handler(CertificateDirectory certificates, bool isForeign) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        Proxy = EnvironmentProxy.Instance,
        AutomaticDecompression = DecompressionMethods.None,
        MaxConnectionsPerServer = 16,
        MaxResponseHeadersLength = 64,
        ConnectTimeout = TimeSpan.FromSeconds(30),
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        SslOptions = certificates.Options(_insecure, why => _untrusted = why),
        ConnectCallback = (context, cancellation) => ConnectAsync(context, isForeign, cancellation),
    };

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, bool isForeign, CancellationToken cancellation)
    {
        var end = context.DnsEndPoint;
        var addresses = IPAddress.TryParse(end.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(end.Host, cancellation);
        // Through a proxy the peer is the proxy, which the user chose.
        var isDirect = EnvironmentProxy.Instance.GetProxy(context.InitialRequestMessage.RequestUri!) is null;
        if (isForeign && isDirect && (addresses = _addresses.Allowed(addresses)).Length == 0)
            throw new TransferException(TransferTrouble.Protocol, Text.Say($"{end.Host} is an address that a registry may not send us to"));
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, end.Port, cancellation);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        if (!isForeign && isDirect && socket.RemoteEndPoint is IPEndPoint peer)
            _addresses.Trust(peer.Address);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private static string UserAgent { get; } =
        $"plomba/{typeof(HttpTransport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0"}";
}
