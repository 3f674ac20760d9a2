using Plomba.Files;

namespace Plomba.Testing;

/// <summary>A private GnuPG home with keys made for one test; its agent is stopped on dispose.</summary>
public sealed class GpgHome : IAsyncDisposable
{
    private readonly TemporaryDirectory directory = new(prefix: "gpg");

    /// <summary>The directory, for GNUPGHOME.</summary>
    public string Path => directory.Path;

    /// <summary>Makes a signing key without a passphrase; returns its full fingerprint.</summary>
    public async Task<string> CreateKeyAsync(string userId, string algorithm = "rsa3072", string expires = "2y")
    {
        await GpgAsync("--batch", "--pinentry-mode", "loopback", "--passphrase", "", "--quick-gen-key", userId, algorithm, "sign", expires);
        var listing = (await GpgAsync("--batch", "--with-colons", "--list-keys", userId)).Text;
        return listing.Split('\n').Last(line => line.StartsWith("fpr:", StringComparison.Ordinal)).Split(':')[9];
    }

    /// <summary>The armored public key.</summary>
    public async Task<byte[]> ExportAsync(string key) => (await GpgAsync("--batch", "--armor", "--export", key)).Output;

    /// <summary>Runs gpg here; fails the test when gpg fails.</summary>
    public async Task<ChildResult> GpgAsync(params string[] arguments)
    {
        var result = await ChildProcess.RunAsync("gpg", ["--homedir", Path, .. arguments]);
        return result.ExitCode == 0 ? result : throw new InvalidOperationException($"gpg {string.Join(' ', arguments)}: {result.Errors}");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await ChildProcess.RunAsync("gpgconf", ["--homedir", Path, "--kill", "all"]);
        directory.Dispose();
    }
}
