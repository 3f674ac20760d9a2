using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Interop.Tests;

/// <summary>One deployment for all tests of a class.</summary>
public abstract class DeploymentFixture(bool extension) : IAsyncLifetime
{
    private Task<(ContainersHome Maker, ContainersHome Client)>? _homes;

    internal Deployment Deployment { get; private set; } = null!;

    /// <summary>Homes of imagemaker and of a client, for tests that change nothing in them.</summary>
    internal Task<(ContainersHome Maker, ContainersHome Client)> SharedHomesAsync() => _homes ??= CreateHomesAsync();

    public async ValueTask InitializeAsync()
    {
        foreach (var tool in new[] { "gpg", "htpasswd" })
            Assert.SkipUnless(ChildProcess.IsInstalled(tool), $"{tool} is not installed");
        Deployment = await Deployment.StartAsync(extension);
    }

    private async Task<(ContainersHome Maker, ContainersHome Client)> CreateHomesAsync() =>
        (await Deployment.MakerAsync("imagemaker"), await Deployment.ClientAsync());

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return Deployment?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}

/// <summary>Makers sign through staging, clients read the lookaside.</summary>
public sealed class LookasideFixture() : DeploymentFixture(extension: false);

/// <summary>Makers and clients use the signature extension.</summary>
public sealed class ExtensionFixture() : DeploymentFixture(extension: true);
