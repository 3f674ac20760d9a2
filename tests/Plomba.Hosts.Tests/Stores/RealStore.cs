using Plomba.Files;
using Plomba.Hosts.Stores;
using Plomba.Testing;
using Plomba.Trust.Files;
using Plomba.Trust.Policy;

namespace Plomba.Hosts.Tests.Stores;

/// <summary>A store that skopeo and podman of this machine wrote: signed, unsigned and foreign images, retagged and loaded ones.</summary>
public sealed class RealStore : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new(prefix: "store");
    private readonly GpgHome _keys = new();
    private int _images;

    /// <summary>The tools these tests need; empty when all are there.</summary>
    public static string Missing { get; } =
        string.Join(", ", new[] { "skopeo", "podman", "buildah", "gpg" }.Where(tool => !ChildProcess.IsInstalled(tool)));

    public ContainersHome Home { get; private set; } = null!;

    public string GraphRoot => Path.Combine(Home.Path, "storage");

    /// <summary>The maker's public key.</summary>
    public string KeyFile => _directory.Combine("maker.pgp");

    /// <summary>Default reject, <c>registry.local/alt</c> signed by the maker.</summary>
    public SignaturePolicy Policy => SignaturePolicy.Of(new Reject()).With("docker", "registry.local/alt", SignedBy(KeyFile));

    public async ValueTask InitializeAsync()
    {
        if (Missing.Length > 0)
            return;
        Home = new ContainersHome(_keys.Path);
        Home.Policy("""{"default":[{"type":"insecureAcceptAnything"}]}""");
        foreach (var name in new[] { "maker", "other" })
        {
            await _keys.CreateKeyAsync($"{name}@example.com", "rsa2048");
            await File.WriteAllBytesAsync(_directory.Combine($"{name}.pgp"), await _keys.ExportAsync($"{name}@example.com"));
        }

        await AddAsync("registry.local/alt/signed:v1", "maker");
        await AddAsync("registry.local/alt/unsigned:v1", null);
        await AddAsync("registry.local/alt/foreign:v1", "other");
        await AddAsync("registry.local/alt/renamed:v1", "maker", identity: "registry.local/alt/elsewhere:v1");
        await AddAsync("quay.io/somebody/app:v1", "maker", identity: "quay.io/somebody/app:v1");
    }

    /// <summary>Puts an image into the store, as a pull does; returns its layout.</summary>
    public async Task<string> AddAsync(string name, string? key, string? identity = null, string? content = null)
    {
        var number = Interlocked.Increment(ref _images);
        var layout = _directory.Combine($"image{number}");
        TinyImage.Write(layout, content ?? $"{name} {number}");
        var source = layout;
        if (key is not null)
        {
            source = $"{layout}.signed";
            await Home.MustAsync("skopeo", "copy", "--sign-by", $"{key}@example.com", "--sign-identity", identity ?? name, $"dir:{layout}", $"dir:{source}");
        }

        await Home.MustAsync("skopeo", "copy", $"dir:{source}", $"containers-storage:{name}");
        return source;
    }

    public IReadOnlyList<JudgedImage> Judge(SignaturePolicy? policy = null)
    {
        var judge = new ImageJudge(policy ?? Policy, null, MachineFiles.Instance, TimeProvider.System);
        return [.. ImageStore.Open(GraphRoot, MachineFiles.Instance).SelectMany(s => s.Images.Select(i => judge.Judge(s, i)))];
    }

    public JudgedImage Judge(string name) => Judge().Single(i => i.Names.Any(n => n.Name == name));

    public static SignedBy SignedBy(string keyFile) => new(SignedByKeyType.GpgKeys, KeyMaterial.Path(keyFile));

    public async ValueTask DisposeAsync()
    {
        Home?.Dispose();
        await _keys.DisposeAsync();
        _directory.Dispose();
    }
}
