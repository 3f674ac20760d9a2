using System.Diagnostics.CodeAnalysis;
using Plomba.Trust.Keys;

namespace Plomba.Transfer.Signing;

/// <summary>
/// Fetches a key file. http is allowed: what comes is believed only for the fingerprint that was given beforehand.
/// </summary>
public static class KeyDownload
{
    private const int MaximumRedirects = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Whether the text is an http or https URL, and not a file's name.</summary>
    public static bool IsUrl(string text, [NotNullWhen(true)] out Uri? url) =>
        Uri.TryCreate(text, UriKind.Absolute, out url) && url.Scheme is "http" or "https";

    /// <summary>The body, at most as long as a key file may be.</summary>
    public static async Task<KeyResult<byte[]>> GetAsync(Uri url, CancellationToken cancellation)
    {
        if (url.UserInfo.Length > 0)
            return new KeyTrouble(Text.Say("a URL with a user name or password in it is not fetched"), Text.Say("Fetch the file by other means and name the file."));
        using var handler = new SocketsHttpHandler { MaxAutomaticRedirections = MaximumRedirects, UseCookies = false, ConnectTimeout = Patience };
        using var client = new HttpClient(handler) { Timeout = Patience };
        try
        {
            using var response = await client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellation);
            if (!response.IsSuccessStatusCode)
                return new KeyTrouble(Text.Say($"{url}: the server answers {(int)response.StatusCode} {response.ReasonPhrase}"));
            await using var body = await response.Content.ReadAsStreamAsync(cancellation);
            var buffer = new byte[KeyRing.MaximumLength + 1];
            var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
            return length <= KeyRing.MaximumLength ? buffer[..length] : new KeyTrouble(Text.Say($"{url}: longer than {KeyRing.MaximumLength} bytes, no key file"));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new KeyTrouble($"{url}: {e.Message}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new KeyTrouble(Text.Say($"{url}: no answer within {Patience.TotalSeconds} s"));
        }
    }
}
