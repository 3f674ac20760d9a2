namespace Plomba.Registry.Tests.Api;

/// <summary>One open registry for the tests of a class; each test uses repositories of its own.</summary>
public sealed class OpenRegistryFixture : IAsyncLifetime
{
    public RunningRegistry Registry { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Registry = await RunningRegistry.StartAsync();

    public ValueTask DisposeAsync() => Registry.DisposeAsync();
}
