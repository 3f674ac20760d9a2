using Plomba.Files;
using Plomba.Images;
using Plomba.Testing;
using Plomba.Trust.SimpleSigning;

namespace Plomba.Registry.Tests.Signatures;

/// <summary>Simple signatures made by gpg, as podman makes them.</summary>
internal static class TestSignatures
{
    /// <summary>Signs a claim about a manifest.</summary>
    public static async Task<byte[]> SignAsync(this GpgHome gpg, string key, Digest manifest, string reference = "registry.local/alt/x:v1")
    {
        var payload = new SignedPayload(manifest, reference, "test", 1).Write();
        return await gpg.SignBytesAsync(key, payload, "--sign");
    }

    /// <summary>Runs one of gpg's ways to sign over any bytes.</summary>
    public static async Task<byte[]> SignBytesAsync(this GpgHome gpg, string key, byte[] content, params string[] how)
    {
        var signed = await ChildProcess.RunAsync(
            "gpg", ["--homedir", gpg.Path, "--batch", "--pinentry-mode", "loopback", "--passphrase", "", "--local-user", key, "--output", "-", .. how], content);
        return signed.ExitCode == 0 ? signed.Output : throw new InvalidOperationException(signed.Errors);
    }
}

/// <summary>A GnuPG home with two keys, shared by the tests of a class: keys take a second to make.</summary>
public sealed class TwoKeys : IAsyncLifetime
{
    public GpgHome Gpg { get; } = new();

    public string Alice { get; private set; } = "";

    public string Bob { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("gpg"), "gpg is not installed");
        Alice = await Gpg.CreateKeyAsync("Alice <alice@example.org>", "ed25519");
        Bob = await Gpg.CreateKeyAsync("Bob <script>alert(1)</script> <bob@example.org>", "ed25519");
    }

    public ValueTask DisposeAsync() => Gpg.DisposeAsync();
}
