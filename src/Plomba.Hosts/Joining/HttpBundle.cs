#pragma warning disable CA5359 // What comes is signed; who sends it does not matter.
using System.Net;
using System.Net.Security;

namespace Plomba.Hosts.Joining;

/// <summary>
/// A trust bundle behind a URL. The connection is not what makes it trustworthy: certificates are not checked, so that a
/// machine can learn the CA of its site this way, and an expired certificate cannot keep revocations away
/// (docs/decisions/0019). No credentials are sent, no redirect is followed.
/// </summary>
public sealed class HttpBundle : IBundleSource, IDisposable
{
    private static readonly TimeSpan StandardPatience = TimeSpan.FromSeconds(60);

    private readonly Uri _base;
    private readonly TimeSpan _patience;
    private readonly HttpMessageInvoker _http;

    /// <summary>Prepares; nothing is sent yet.</summary>
    /// <param name="url">http or https, with the slash at its end.</param>
    /// <param name="patience">How long one file may take; null: a minute.</param>
    public HttpBundle(Uri url, TimeSpan? patience = null)
    {
        (_base, _patience) = (url, patience ?? StandardPatience);
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseHeadersLength = 16,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true },
        });
    }

    /// <summary>Where it is.</summary>
    public Uri Url => _base;

    /// <summary>Reads a URL as people write it, with or without a slash at its end; null when it is none.</summary>
    public static Uri? ParseUrl(string text) =>
        Uri.TryCreate(text.EndsWith('/') ? text : $"{text}/", UriKind.Absolute, out var url)
            && url.Scheme is "http" or "https" && url.UserInfo.Length == 0 && url.Query.Length == 0 && url.Fragment.Length == 0
            ? url
            : null;

    /// <inheritdoc/>
    public async Task<BundleFile> FetchAsync(string name, int limit, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(_patience);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_base, name));
            using var response = await _http.SendAsync(request, patience.Token);
            if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone)
                return new BundleFile.Missing();
            return response.StatusCode == HttpStatusCode.OK
                ? await ReadAsync(response.Content, limit, patience.Token)
                : new BundleFile.Unreachable(Text.Say($"{_base}{name} answers with status {(int)response.StatusCode}"));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new BundleFile.Unreachable(Text.Say($"{_base}{name} did not come within {_patience.TotalSeconds} seconds"));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new BundleFile.Unreachable(Text.Say($"{_base} is not reached: {(e.InnerException ?? e).Message.ReplaceLineEndings(" ")}"));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static async Task<BundleFile> ReadAsync(HttpContent content, int limit, CancellationToken cancellation)
    {
        if (content.Headers.ContentLength > limit)
            return new BundleFile.TooLong();
        await using var body = await content.ReadAsStreamAsync(cancellation);
        return await BoundedStream.ReadAsync(body, limit, cancellation);
    }
}
