using Plomba.Files;
using Plomba.Hosts.Stores;
using Plomba.Testing;
using Plomba.Trust.Files;
using Plomba.Trust.Policy;

namespace Plomba.Interop.Tests.Clients;

/// <summary>The store of an ordinary user's own podman, read by root without podman and verified cryptographically.</summary>
public sealed class RootlessStoreTests
{
    [Fact]
    public async Task A_users_signed_and_unsigned_images_are_told_apart()
    {
        Assert.SkipUnless(UserId.Effective == 0, "only root can make accounts");
        Assert.SkipUnless(OrdinaryUser.Missing.Length == 0, OrdinaryUser.Missing);
        Assert.SkipUnless(ChildProcess.IsInstalled("skopeo") && ChildProcess.IsInstalled("gpg"), "skopeo or gpg is not installed");
        await using var user = await OrdinaryUser.CreateAsync();
        await using var keys = new GpgHome();
        using var maker = new ContainersHome(keys.Path);
        var home = await user.CreateHomeAsync("home");
        await keys.CreateKeyAsync("maker@example.com", "rsa2048");
        var key = Path.Combine(maker.Path, "maker.pgp");
        await File.WriteAllBytesAsync(key, await keys.ExportAsync("maker@example.com"), TestContext.Current.CancellationToken);
        maker.Policy("""{"default":[{"type":"insecureAcceptAnything"}]}""");
        await File.WriteAllTextAsync(Path.Combine(home, ".config/containers/policy.json"), """{"default":[{"type":"insecureAcceptAnything"}]}""", TestContext.Current.CancellationToken);

        var signed = Path.Combine(home, "signed");
        TinyImage.Write(Path.Combine(maker.Path, "image"), "signed");
        await maker.MustAsync("skopeo", "copy", "--sign-by", "maker@example.com", "--sign-identity", "registry.local/alt/app:v1", $"dir:{maker.Path}/image", $"dir:{signed}");
        TinyImage.Write(Path.Combine(home, "unsigned"), "unsigned");
        await user.OwnAsync(home);
        await user.MustAsync(home, null, "skopeo", "copy", $"dir:{signed}", "containers-storage:registry.local/alt/app:v1");
        await user.MustAsync(home, null, "podman", "pull", $"dir:{home}/unsigned");
        await user.MustAsync(home, null, "podman", "--runtime", "runc", "create", "--name", "web", "registry.local/alt/app:v1");

        var policy = SignaturePolicy.Of(new Reject())
            .With("docker", "registry.local/alt", new SignedBy(SignedByKeyType.GpgKeys, KeyMaterial.Path(key)));
        var judge = new ImageJudge(policy, null, MachineFiles.Instance, TimeProvider.System);
        var store = Assert.Single(ImageStore.Open(Path.Combine(home, ".local/share/containers/storage"), MachineFiles.Instance));
        Assert.Null(store.Damage);
        var images = store.Images.Select(i => judge.Judge(store, i)).ToList();
        Assert.Equal(2, images.Count);
        var accepted = Assert.Single(images, i => i.IsAccepted);
        Assert.Equal("registry.local/alt/app:v1", accepted.Title);
        Assert.Null(images.Single(i => !i.IsAccepted).Damage);
        Assert.Equal(accepted.Image.Id, Assert.Single(store.Containers, c => c.Names.Contains("web")).Image);
    }
}
