using Plomba.Files;

namespace Plomba.Interop.Tests;

/// <summary>One deployment for all tests of a class.</summary>
public abstract class DeploymentFixture(bool extension) : IAsyncLifetime
{
    internal Deployment Deployment { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        foreach (var tool in new[] { "gpg", "htpasswd" })
            Assert.SkipUnless(ChildProcess.IsInstalled(tool), $"{tool} is not installed");
        Deployment = await Deployment.StartAsync(extension);
    }

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
