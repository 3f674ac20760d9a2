using System.Text;
using Plomba.Files;
using Plomba.Images;
using Plomba.Transfer.Registries;
using Plomba.Trust.Configuration;
using Plomba.Trust.Configuration.RegistriesConf;
using Plomba.Trust.Configuration.RegistriesD;
using Plomba.Trust.Files;

namespace Plomba.Transfer.Tests.Registries;

public sealed class ConfiguredRegistriesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void An_insecure_registry_may_be_reached_without_tls_and_no_other()
    {
        const string Configuration = "[[registry]]\nlocation = \"registry.local\"\ninsecure = true\n";
        Assert.True(Route(Configuration, "registry.local/alt/alt:1").IsInsecure);
        Assert.False(Route(Configuration, "registry.local.example/alt/alt:1").IsInsecure);
    }

    [Fact]
    public void A_blocked_registry_is_refused()
    {
        var e = Assert.Throws<TransferException>(() => Route("[[registry]]\nlocation = \"registry.local\"\nblocked = true\n", "registry.local/alt/alt:1"));
        Assert.Equal("registry registry.local is blocked in registries.conf", e.Message);
    }

    [Theory]
    [InlineData("[[registry]]\nprefix = \"registry.local\"\nlocation = \"other.local\"\n")]
    [InlineData("[[registry]]\nlocation = \"registry.local\"\n[[registry.mirror]]\nlocation = \"other.local\"\n")]
    public void An_image_that_a_pull_would_take_from_elsewhere_is_refused(string configuration)
    {
        var e = Assert.Throws<TransferException>(() => Route(configuration, "registry.local/alt/alt:1"));
        Assert.Contains("pulled from other.local/alt/alt", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mirror_for_digests_does_not_concern_a_tag() => Assert.False(Route(
        "[[registry]]\nlocation = \"registry.local\"\nmirror-by-digest-only = true\n[[registry.mirror]]\nlocation = \"other.local\"\n",
        "registry.local/alt/alt:1").IsInsecure);

    private RegistryRoute Route(string configuration, string image)
    {
        var file = _directory.Combine("registries.conf");
        DurableFile.Write(file, Encoding.UTF8.GetBytes(configuration));
        var environment = new TrustEnvironment(_directory.Path, IsRoot: false, _ => null);
        var registries = RegistriesConfiguration.Load(file, environment, MachineFiles.Instance, out var mistake);
        Assert.Null(mistake);
        Assert.True(ImageReference.TryParse(image, out var reference));
        return new ConfiguredRegistries(registries!, SignatureStores.Empty, "/nowhere").RouteTo(reference);
    }
}
