using System.Text;
using Plomba.Files;
using Plomba.Testing;
using Plomba.Trust.SimpleSigning;

namespace Plomba.Trust.Tests.SimpleSigning;

/// <summary>Keys and messages by gpg, which gpgv and we judge.</summary>
public abstract class GpgvTests : IAsyncDisposable
{
    private protected const string Name = "Alt <alt@example.com>";

    private protected GpgvTests() => Assert.SkipUnless(ChildProcess.IsInstalled("gpg") && ChildProcess.IsInstalled("gpgv"), "gpg or gpgv is not installed");

    private protected static byte[] Content { get; } = Encoding.ASCII.GetBytes("{\"critical\":{}}\n");

    private protected GpgHome Gpg { get; } = new();

    public async ValueTask DisposeAsync()
    {
                await Gpg.DisposeAsync();
    }

    private protected static OpenPgpMechanism Mechanism { get; } = new(TimeProvider.System);

    private protected static SignatureCheck Verify(byte[] keys, byte[] message) => Mechanism.Import([new KeySource("key", keys)]).Verify(message);

    private protected Task<string> NewKeyAsync(string userId, string algorithm = "ed25519", string expires = "never", string? at = null) =>
        Gpg.CreateKeyAsync(userId, algorithm, expires, at);

    private protected async Task<byte[]> ExportAsync(string key) => (await Gpg.GpgAsync("--batch", "--export", key)).Output;

    private protected async Task BothAccept(string key, byte[] message)
    {
        var keys = await ExportAsync(key);
        Assert.True(await Gpgv.AcceptsAsync(keys, message), "gpgv refuses");
        var check = Verify(keys, message);
        Assert.True(check.IsGood, check.Message);
        Assert.Equal(key, check.Key!.Value.Text);
    }
}
