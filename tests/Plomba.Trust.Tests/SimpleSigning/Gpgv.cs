using Plomba.Files;

namespace Plomba.Trust.Tests.SimpleSigning;

/// <summary>The verifiers of GnuPG and Sequoia: whether they accept what is signed by a key in a file.</summary>
internal static class Gpgv
{
    /// <summary>gpgv exits 0 for expired keys too; only its status lines tell, and they are what podman's library reads.</summary>
    public static async Task<bool> AcceptsAsync(byte[] keys, byte[] message)
    {
        using var files = new TemporaryDirectory();
        var ring = files.Combine("ring");
        DurableFile.Write(ring, keys);
        var result = await ChildProcess.RunAsync("gpgv", ["--homedir", files.Path, "--keyring", ring, "--status-fd", "1", "--output", "/dev/null", "-"], message);
        return result.ExitCode == 0
            && result.Text.Contains("[GNUPG:] GOODSIG ", StringComparison.Ordinal)
            && result.Text.Contains("[GNUPG:] VALIDSIG ", StringComparison.Ordinal);
    }

    /// <summary>sqv takes the signature apart from the content.</summary>
    public static async Task<bool> SequoiaAcceptsAsync(byte[] keys, byte[] signature, byte[] content)
    {
        using var files = new TemporaryDirectory();
        var (ring, detached, signed) = (files.Combine("ring"), files.Combine("signature"), files.Combine("content"));
        DurableFile.Write(ring, keys);
        DurableFile.Write(detached, signature);
        DurableFile.Write(signed, content);
        return (await ChildProcess.RunAsync("sqv", ["--keyring", ring, detached, signed])).ExitCode == 0;
    }
}
