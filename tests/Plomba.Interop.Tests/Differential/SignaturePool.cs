using System.Text;
using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Interop.Tests.Differential;

/// <summary>
/// Keys in every state and what they signed, made by gpg once: random cases choose from it, because making a key or a
/// signature takes longer than a case.
/// </summary>
internal sealed class SignaturePool : IAsyncDisposable
{
    private static readonly string[] Malformed =
    [
        "", "{}", "no JSON", """{"critical":{},"optional":{}}""",
        """{"critical":{"identity":{"docker-reference":"R"},"image":{"docker-manifest-digest":"D"},"type":"another type"},"optional":{}}""",
        """{"critical":{"identity":{"docker-reference":"R"},"image":{"docker-manifest-digest":"D"},"type":"atomic container signature"},"optional":{},"more":1}""",
        """{"critical":{"identity":{"docker-reference":"R"},"image":{"docker-manifest-digest":"D"},"type":"atomic container signature"},"optional":{"creator":7}}""",
        """{"critical":{"identity":{"docker-reference":"R"},"image":{"docker-manifest-digest":"D"},"type":"atomic container signature"},"optional":null}""",
        """{"critical":{"identity":{"docker-reference":"R"},"image":{"docker-manifest-digest":"sha256:00"},"type":"atomic container signature"},"optional":{}}""",
    ];

    private readonly GpgHome _gpg = new();
    private readonly TemporaryDirectory _files = new(prefix: "keys");

    /// <summary>Names of the keys that sign.</summary>
    public static IReadOnlyList<string> Signers { get; } = ["maker", "second", "foreign", "expired", "revoked", "subkey"];

    /// <summary>Names of the key files that policies may name, from good to absent.</summary>
    public static IReadOnlyList<string> KeyFiles { get; } = ["maker", "second", "expired", "revoked", "subkey", "both", "armored", "garbage", "empty", "missing"];

    /// <summary>Fingerprint of the subkey that signs for <c>subkey</c>.</summary>
    public string Subkey { get; private set; } = "";

    /// <summary>All whole signatures.</summary>
    public List<byte[]> Signatures { get; } = [];

    /// <summary>Those by good keys, for this manifest: a random case takes them more often, else nearly all would be refused.</summary>
    public List<byte[]> Good { get; } = [];

    /// <summary>Path of a key file.</summary>
    public string KeyFile(string name) => _files.Combine($"{name}.pgp");

    /// <summary>Makes keys and signatures.</summary>
    /// <param name="identities">References to sign for.</param>
    /// <param name="digest">The manifest's digest.</param>
    public static async Task<SignaturePool> CreateAsync(IReadOnlyList<string> identities, string digest)
    {
        var pool = new SignaturePool();
        await pool.CreateKeysAsync();
        foreach (var signer in Signers)
        {
            foreach (var identity in identities)
            {
                var signature = await pool.SignAsync(signer, Payload(identity, digest));
                pool.Signatures.Add(signature);
                if (signer is "maker" or "second" or "subkey")
                    pool.Good.Add(signature);
            }

            pool.Signatures.Add(await pool.SignAsync(signer, Payload(identities[0], $"sha256:{new string('0', 64)}")));
        }

        foreach (var payload in Malformed)
            pool.Signatures.Add(await pool.SignAsync("maker", payload.Replace("\"R\"", $"\"{identities[0]}\"", StringComparison.Ordinal).Replace("\"D\"", $"\"{digest}\"", StringComparison.Ordinal)));
        return pool;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _gpg.DisposeAsync();
        _files.Dispose();
    }

    private static string Payload(string identity, string digest) =>
        $$$$"""{"critical":{"identity":{"docker-reference":"{{{{identity}}}}"},"image":{"docker-manifest-digest":"{{{{digest}}}}"},"type":"atomic container signature"},"optional":{"creator":"test 1.0","timestamp":1760000000}}""";

    private Task<byte[]> SignAsync(string signer, string payload) =>
        _gpg.SignAsync(Encoding.UTF8.GetBytes(payload), $"{signer}@example.com", signer == "expired" ? "20200201T000000" : null);

    private async Task CreateKeysAsync()
    {
        await _gpg.CreateKeyAsync("maker@example.com", "rsa2048");
        await _gpg.CreateKeyAsync("second@example.com", "ed25519");
        await _gpg.CreateKeyAsync("foreign@example.com", "ed25519");
        await _gpg.CreateKeyAsync("expired@example.com", "rsa2048", "1y", "20200101T000000");
        var revoked = await _gpg.CreateKeyAsync("revoked@example.com", "ed25519");
        var primary = await _gpg.CreateKeyAsync("subkey@example.com", "ed25519");
        await _gpg.GpgAsync("--batch", "--pinentry-mode", "loopback", "--passphrase", "", "--quick-add-key", primary, "ed25519", "sign", "1y");
        Subkey = (await _gpg.FingerprintsAsync("subkey@example.com"))[1];
        foreach (var name in Signers.Except(["revoked"], StringComparer.Ordinal))
            await WriteAsync(name, await _gpg.GpgAsync("--batch", "--export", $"{name}@example.com"));
        await WriteAsync("both", await _gpg.GpgAsync("--batch", "--export", "maker@example.com", "second@example.com"));
        await WriteAsync("armored", await _gpg.GpgAsync("--batch", "--armor", "--export", "maker@example.com"));
        await File.WriteAllTextAsync(KeyFile("garbage"), "this is no key\n");
        await File.WriteAllTextAsync(KeyFile("empty"), "");

        // Revoked elsewhere: here the key must go on signing.
        await using var elsewhere = new GpgHome();
        await elsewhere.GpgAsync(await _gpg.ExportAsync("revoked@example.com"), "--batch", "--import");
        await elsewhere.GpgAsync(Encoding.UTF8.GetBytes(await _gpg.RevocationAsync(revoked)), "--batch", "--import");
        await File.WriteAllBytesAsync(KeyFile("revoked"), await elsewhere.ExportAsync("revoked@example.com"));
    }

    private Task WriteAsync(string name, ChildResult exported) => File.WriteAllBytesAsync(KeyFile(name), exported.Output);
}
