using System.Text;
using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Interop.Tests.Verify;

/// <summary>
/// A real docker-registry with one image, keys in every state, and a lookaside directory in which each case lays out
/// its own signatures. skopeo and plomba are then asked the same question.
/// </summary>
public sealed class SignedImages : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new(prefix: "signed");
    private readonly GpgHome _keys = new();
    private RunningProgram? _registry;
    private int _cases;

    /// <summary>The tools these tests need; empty when all are there.</summary>
    public static string Missing { get; } =
        string.Join(", ", new[] { "docker-registry", "skopeo", "gpg" }.Where(tool => !ChildProcess.IsInstalled(tool)));

    /// <summary><c>127.0.0.1:PORT</c>.</summary>
    public string Registry { get; private set; } = "";

    /// <summary>Digest of the image, <c>sha256:…</c>.</summary>
    public string Digest { get; private set; } = "";

    /// <summary>The home skopeo runs in.</summary>
    public ContainersHome Home { get; private set; } = null!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (Missing.Length > 0)
            return;
        Home = new ContainersHome(_keys.Path);
        await StartRegistryAsync();
        TinyImage.Write(_directory.Combine("image"), "signed or not");
        Digest = TinyImage.DigestOf(_directory.Combine("image"));
        await CreateKeysAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_registry is not null)
            await _registry.DisposeAsync();
        Home?.Dispose();
        await _keys.DisposeAsync();
        _directory.Dispose();
    }

    /// <summary>Path of a key file: maker, other, expired, revoked, garbage, empty, missing.</summary>
    public string Key(string name) => _directory.Combine($"{name}.pgp");

    /// <summary>A fresh repository with the image, and an empty lookaside for it.</summary>
    public async Task<VerifyCase> LayOutAsync()
    {
        var number = Interlocked.Increment(ref _cases);
        var name = $"{Registry}/case{number}/app";
        await Home.MustAsync("skopeo", "--insecure-policy", "copy", "--dest-tls-verify=false", $"dir:{_directory.Combine("image")}", $"docker://{name}:v1");
        var lookaside = Directory.CreateDirectory(_directory.Combine($"lookaside{number}")).FullName;
        var store = Path.Combine(lookaside, $"case{number}", $"app@{Digest.Replace(':', '=')}");
        Directory.CreateDirectory(store);
        return new VerifyCase(this, name, lookaside, store, _directory.Combine($"config{number}"));
    }

    /// <summary>A signature made by gpg over a payload.</summary>
    /// <param name="key">maker, other, expired or revoked.</param>
    /// <param name="identity">The reference it is for.</param>
    /// <param name="digest">The manifest it is for; null: the image's.</param>
    /// <param name="options">More for gpg.</param>
    public async Task<byte[]> SignAsync(string key, string identity, string? digest = null, params string[] options)
    {
        var payload = $$$$"""{"critical":{"identity":{"docker-reference":"{{{{identity}}}}"},"image":{"docker-manifest-digest":"{{{{digest ?? Digest}}}}"},"type":"atomic container signature"},"optional":{}}""";
        return await SignBytesAsync(key, Encoding.UTF8.GetBytes(payload), options);
    }

    /// <summary>A signature over anything.</summary>
    public async Task<byte[]> SignBytesAsync(string key, byte[] payload, params string[] options)
    {
        string[] clock = key == "expired" ? ["--faked-system-time", "20200201T000000"] : [];
        var result = await ChildProcess.RunAsync(
            "gpg", ["--homedir", _keys.Path, "--batch", .. clock, .. options, "--local-user", $"{key}@example.com", "--sign"], payload);
        return result.ExitCode == 0 ? result.Output : throw new InvalidOperationException(result.Errors);
    }

    private async Task StartRegistryAsync()
    {
        var port = RunningProgram.FreePort();
        Registry = $"127.0.0.1:{port}";
        var configuration = _directory.Combine("registry.yml");
        await File.WriteAllTextAsync(configuration, $"""
            version: 0.1
            log:
              level: error
              accesslog:
                disabled: true
            storage:
              filesystem:
                rootdirectory: {_directory.Combine("registry")}
            http:
              addr: {Registry}
            """);
        _registry = await RunningProgram.StartAsync("docker-registry", ["serve", configuration], $"http://{Registry}/v2/");
    }

    private async Task CreateKeysAsync()
    {
        foreach (var name in new[] { "maker", "other", "revoked" })
            await _keys.CreateKeyAsync($"{name}@example.com", "rsa2048");
        await _keys.GpgAsync(
            "--batch", "--pinentry-mode", "loopback", "--passphrase", "", "--faked-system-time", "20200101T000000",
            "--quick-gen-key", "expired@example.com", "rsa2048", "sign", "1y");
        foreach (var name in new[] { "maker", "other", "expired" })
            await File.WriteAllBytesAsync(Key(name), await _keys.ExportAsync($"{name}@example.com"));
        await File.WriteAllBytesAsync(Key("revoked"), await RevokedAsync());
        await File.WriteAllTextAsync(Key("garbage"), "this is no key\n");
        await File.WriteAllTextAsync(Key("empty"), "");
    }

    // The key's own revocation certificate, applied in another home: here the key must go on signing.
    private async Task<byte[]> RevokedAsync()
    {
        await using var elsewhere = new GpgHome();
        var listing = (await _keys.GpgAsync("--batch", "--with-colons", "--list-keys", "revoked@example.com")).Text;
        var fingerprint = listing.Split('\n').First(line => line.StartsWith("fpr:", StringComparison.Ordinal)).Split(':')[9];
        var certificate = await File.ReadAllTextAsync(Path.Combine(_keys.Path, "openpgp-revocs.d", $"{fingerprint}.rev"));
        var usable = Path.Combine(elsewhere.Path, "revocation.asc");
        await File.WriteAllTextAsync(usable, certificate.Replace(":-----BEGIN", "-----BEGIN", StringComparison.Ordinal));
        var key = Path.Combine(elsewhere.Path, "key.asc");
        await File.WriteAllBytesAsync(key, await _keys.ExportAsync("revoked@example.com"));
        await elsewhere.GpgAsync("--batch", "--import", key);
        await elsewhere.GpgAsync("--batch", "--import", usable);
        return await elsewhere.ExportAsync("revoked@example.com");
    }
}
