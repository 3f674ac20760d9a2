using System.Text.Json;
using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Registry.Tests.Signatures;

/// <summary>Several makers sign one image with skopeo, on the server's host and over the network.</summary>
public sealed class ManyMakersTests(TwoKeys keys) : IClassFixture<TwoKeys>, IAsyncLifetime
{
    private static readonly string[] Makers = ["alice", "bob", "carol", "dave"];
    private readonly TemporaryDirectory _directory = new();
    private ContainersHome _home = null!;
    private RunningRegistry _registry = null!;

    private string Local => _directory.Combine("image");

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("skopeo"), "skopeo is not installed");
        _registry = await RunningRegistry.WithAccountsAsync(("alt", Makers));
        _home = new ContainersHome(keys.Gpg.Path);
        _home.Insecure(_registry.Name);
        _home.Policy("""{"default":[{"type":"insecureAcceptAnything"}]}""");
        TinyImage.Write(Local, "many makers");
    }

    public async ValueTask DisposeAsync()
    {
        _home?.Dispose();
        if (_registry is not null)
            await _registry.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Two_sign_through_staging_and_two_over_the_network_and_all_four_are_served()
    {
        _registry.Site.Current = _registry.Site.Current with { SignatureExtension = false };
        await SignAsync("alice", keys.Alice, $"  lookaside-staging: file://{_registry.Site.Current.InboxesDirectory}/alice\n");
        await SignAsync("bob", keys.Bob, $"  lookaside-staging: file://{_registry.Site.Current.InboxesDirectory}/bob\n");
        Assert.Equal(2, await CountAsync());
        _registry.Site.Current = _registry.Site.Current with { SignatureExtension = true };
        await SignAsync("carol", keys.Alice, "");
        await SignAsync("dave", keys.Bob, "");
        Assert.Equal(4, await CountAsync());

        foreach (var key in new[] { keys.Alice, keys.Bob })
        {
            foreach (var extension in new[] { true, false })
            {
                _registry.Site.Current = _registry.Site.Current with { SignatureExtension = extension };
                await PullAsync(key);
            }
        }
    }

    private async Task SignAsync(string maker, string key, string staging)
    {
        _home.RegistriesD($"docker:\n {_registry.Name}:\n  lookaside: {_registry.Url}sigstore\n{staging}");
        await _home.MustAsync("skopeo", "login", "--tls-verify=false", "-u", maker, "-p", RunningRegistry.PasswordOf(maker), _registry.Name);
        await _home.MustAsync("skopeo", "copy", "--sign-by", key, $"dir:{Local}", $"docker://{_registry.Name}/alt/x:{maker}");
    }

    // The lookaside lists them one by one, the extension all at once; both must agree.
    private async Task<int> CountAsync()
    {
        var digest = TinyImage.DigestOf(Local);
        var list = JsonDocument.Parse(await _registry.Http.GetStringAsync($"/extensions/v2/alt/x/signatures/{digest}"))
            .RootElement.GetProperty("signatures").EnumerateArray().Select(s => s.GetProperty("content").GetBytesFromBase64()).ToList();
        for (var i = 0; i < list.Count; i++)
            Assert.Equal(list[i], await _registry.Http.GetByteArrayAsync($"/sigstore/alt/x@{digest.Replace(':', '=')}/signature-{i + 1}"));
        using var end = await _registry.SendAsync("GET", $"/sigstore/alt/x@{digest.Replace(':', '=')}/signature-{list.Count + 1}");
        Assert.Equal(System.Net.HttpStatusCode.NotFound, end.StatusCode);
        return list.Count;
    }

    private async Task PullAsync(string key)
    {
        await File.WriteAllBytesAsync(_directory.Combine("key.pgp"), await keys.Gpg.ExportAsync(key));
        await File.WriteAllTextAsync(
            _directory.Combine("policy.json"),
            $$$"""{"default":[{"type":"reject"}],"transports":{"docker":{"{{{_registry.Name}}}":[{"type":"signedBy","keyType":"GPGKeys","keyPath":"{{{_directory.Combine("key.pgp")}}}","signedIdentity":{"type":"matchRepository"}}]} } }""");
        var target = _directory.Combine($"pulled-{Guid.NewGuid():N}");
        await _home.MustAsync(
            "skopeo", "--policy", _directory.Combine("policy.json"), "copy", "--remove-signatures", $"docker://{_registry.Name}/alt/x:alice", $"dir:{target}");
    }
}
