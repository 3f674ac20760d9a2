using Plomba.Testing;

namespace Plomba.Interop.Tests.Roles;

/// <summary>A deployment with images signed by each key, and one that nobody signed.</summary>
public sealed class SignedImagesFixture() : DeploymentFixture(extension: true)
{
    private Task? _pushed;

    /// <summary>Pushes them, once.</summary>
    public Task PushAsync() => _pushed ??= PushAllAsync();

    private async Task PushAllAsync()
    {
        var maker = await Deployment.MakerAsync("imagemaker");
        foreach (var (image, key) in new[] { ("alt/first", "images-developer"), ("alt/second", "second-developer"), ("alt/unsigned", null) })
            await PushAsync(maker, image, key);
        await PushAsync(await Deployment.MakerAsync("imagemaker2"), "beta/third", "build-robot");
    }

    private async Task PushAsync(ContainersHome home, string image, string? key)
    {
        var directory = Deployment.Combine($"image-{Guid.NewGuid():N}");
        TinyImage.Write(directory, image);
        string[] signed = key is null ? [] : ["--sign-by", Deployment.Keys[key]];
        await home.MustAsync("skopeo", ["copy", "--dest-tls-verify=false", .. signed, $"dir:{directory}", $"docker://{Deployment.Image(image)}"]);
    }
}
