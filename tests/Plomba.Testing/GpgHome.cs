using System.Text;
using Plomba.Files;

namespace Plomba.Testing;

/// <summary>A private GnuPG home with keys made for one test; its agent is stopped on dispose.</summary>
public sealed class GpgHome : IAsyncDisposable
{
    private readonly TemporaryDirectory directory = new(prefix: "gpg");

    /// <summary>The directory, for GNUPGHOME.</summary>
    public string Path => directory.Path;

    /// <summary>Makes a signing key without a passphrase; returns its full fingerprint.</summary>
    /// <param name="userId">Such as <c>Alt &lt;alt@example.com&gt;</c>.</param>
    /// <param name="algorithm">GnuPG's word: <c>rsa3072</c>, <c>ed25519</c>, <c>nistp256</c>.</param>
    /// <param name="expires">GnuPG's word: <c>never</c>, <c>1y</c>.</param>
    /// <param name="at">When it is made, as <c>yyyymmddThhmmss</c>; null: now.</param>
    public async Task<string> CreateKeyAsync(string userId, string algorithm = "rsa3072", string expires = "2y", string? at = null)
    {
        await GpgAsync([.. Clock(at), "--batch", "--pinentry-mode", "loopback", "--passphrase", "", "--quick-gen-key", userId, algorithm, "sign", expires]);
        return (await FingerprintsAsync(userId))[^1];
    }

    /// <summary>All fingerprints of a key: the primary's, then those of its subkeys.</summary>
    public async Task<IReadOnlyList<string>> FingerprintsAsync(string key)
    {
        var listing = (await GpgAsync("--batch", "--with-colons", "--list-keys", key)).Text;
        return [.. listing.Split('\n').Where(line => line.StartsWith("fpr:", StringComparison.Ordinal)).Select(line => line.Split(':')[9])];
    }

    /// <summary>An inline-signed binary message by that key (<c>FPR!</c>: by exactly that subkey).</summary>
    /// <param name="content">What is signed.</param>
    /// <param name="key">Fingerprint or user id.</param>
    /// <param name="at">When, as <c>yyyymmddThhmmss</c>; null: now.</param>
    /// <param name="options">More for gpg, such as <c>--digest-algo</c>.</param>
    public async Task<byte[]> SignAsync(byte[] content, string key, string? at = null, params string[] options) =>
        (await GpgAsync(content, [.. Clock(at), "--batch", "--yes", .. options, "--local-user", key, "--sign", "--output", "-"])).Output;

    /// <summary>The revocation certificate that GnuPG made beside the key, armored.</summary>
    public async Task<string> RevocationAsync(string fingerprint)
    {
        var certificate = await File.ReadAllTextAsync(directory.Combine("openpgp-revocs.d", $"{fingerprint}.rev"));
        // GnuPG puts a colon in front so that nobody imports it by accident.
        return certificate.Replace(":-----BEGIN", "-----BEGIN", StringComparison.Ordinal);
    }

    /// <summary>Revokes the whole key with that certificate.</summary>
    public async Task RevokeAsync(string fingerprint) =>
        await GpgAsync(Encoding.UTF8.GetBytes(await RevocationAsync(fingerprint)), "--batch", "--import");

    /// <summary>The armored public key.</summary>
    public async Task<byte[]> ExportAsync(string key) => (await GpgAsync("--batch", "--armor", "--export", key)).Output;

    /// <summary>Runs gpg here; fails the test when gpg fails.</summary>
    public Task<ChildResult> GpgAsync(params string[] arguments) => GpgAsync(null, arguments);

    /// <summary>Runs gpg here with <paramref name="input"/> on stdin; fails the test when gpg fails.</summary>
    public async Task<ChildResult> GpgAsync(byte[]? input, params string[] arguments)
    {
        var result = await ChildProcess.RunAsync("gpg", ["--homedir", Path, .. arguments], input);
        return result.ExitCode == 0 ? result : throw new InvalidOperationException($"gpg {string.Join(' ', arguments)}: {result.Errors}");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await ChildProcess.RunAsync("gpgconf", ["--homedir", Path, "--kill", "all"]);
        directory.Dispose();
    }

    private static IEnumerable<string> Clock(string? at) => at is null ? [] : ["--faked-system-time", $"{at}!"];
}
