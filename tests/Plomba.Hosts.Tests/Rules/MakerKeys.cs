using Plomba.Files;
using Plomba.Hosts.Tests.Rules;
using Plomba.Hosts.Tests.Stores;
using Plomba.Testing;

[assembly: AssemblyFixture(typeof(MakerKeys))]

namespace Plomba.Hosts.Tests.Rules;

/// <summary>The key of the site's maker, made once, and others.</summary>
public sealed class MakerKeys : IAsyncLifetime
{
    private readonly GpgHome _keys = new();

    public string Fingerprint { get; private set; } = "";

    public byte[] Key { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        if (!ChildProcess.IsInstalled("gpg"))
            return;
        Fingerprint = await _keys.CreateKeyAsync("maker@example.com", "rsa2048", "2y");
        Key = await _keys.ExportAsync("maker@example.com");
    }

    /// <summary>A signature by the site's maker over the image that <see cref="StoreWriter"/> writes for that content.</summary>
    public Task<byte[]> SignAsync(string name, string content) =>
        _keys.SignAsync(StoreWriter.Payload(name, StoreWriter.DigestOf(content)), "maker@example.com");

    /// <summary>A further key, not the site's.</summary>
    public async Task<byte[]> OtherKeyAsync()
    {
        var name = $"{Guid.NewGuid():n}@example.com";
        await _keys.CreateKeyAsync(name, "ed25519", "never");
        return await _keys.ExportAsync(name);
    }

    /// <summary>The maker's key with its revocation.</summary>
    public async Task<byte[]> RevokedKeyAsync()
    {
        await using var elsewhere = new GpgHome();
        await elsewhere.GpgAsync(Key, "--batch", "--import");
        await elsewhere.GpgAsync(System.Text.Encoding.UTF8.GetBytes(await _keys.RevocationAsync(Fingerprint)), "--batch", "--import");
        return await elsewhere.ExportAsync(Fingerprint);
    }

    public ValueTask DisposeAsync() => _keys.DisposeAsync();
}
