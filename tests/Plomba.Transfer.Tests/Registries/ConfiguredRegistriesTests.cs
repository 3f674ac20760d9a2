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
    public void A_blocked_registry_is_named_by_its_prefix_and_its_mirror_is_not_blocked()
    {
        var routes = Routes("[[registry]]\nlocation = \"registry.local\"\nblocked = true\n[[registry.mirror]]\nlocation = \"other.local\"\n", "registry.local/alt/alt:1");
        Assert.Equal([null, "registry.local"], routes.Select(r => r.BlockedBy));
    }

    [Theory]
    [InlineData("[[registry]]\nprefix = \"registry.local\"\nlocation = \"other.local\"\n", "other.local/alt/alt:1")]
    [InlineData("[[registry]]\nlocation = \"registry.local\"\n[[registry.mirror]]\nlocation = \"other.local\"\n", "other.local/alt/alt:1 registry.local/alt/alt:1")]
    [InlineData("[[registry]]\nlocation = \"registry.local\"\nmirror-by-digest-only = true\n[[registry.mirror]]\nlocation = \"other.local\"\n", "registry.local/alt/alt:1")]
    public void An_image_is_taken_from_where_a_pull_would_take_it(string configuration, string expected) =>
        Assert.Equal(expected, string.Join(' ', Routes(configuration, "registry.local/alt/alt:1").Select(r => r.Reference)));

    [Fact]
    public void Signatures_are_looked_for_under_the_mirrors_name() => Assert.Equal(
        ["/nowhere/mirror/alt", "/nowhere/alt/alt"],
        Routes("[[registry]]\nprefix = \"registry.local/alt\"\nlocation = \"registry.local/alt\"\n[[registry.mirror]]\nlocation = \"other.local/mirror\"\n", "registry.local/alt/alt:1")
            .Select(r => r.Lookaside.Repository!.Path));

    private RegistryRoute Route(string configuration, string image) => Assert.Single(Routes(configuration, image));

    private IReadOnlyList<RegistryRoute> Routes(string configuration, string image)
    {
        var file = _directory.Combine("registries.conf");
        DurableFile.Write(file, Encoding.UTF8.GetBytes(configuration));
        var environment = new TrustEnvironment(_directory.Path, IsRoot: false, _ => null);
        var registries = RegistriesConfiguration.Load(file, environment, MachineFiles.Instance, out var mistake);
        Assert.Null(mistake);
        Assert.True(ImageReference.TryParse(image, out var reference));
        return new ConfiguredRegistries(registries!, SignatureStores.Empty, "/nowhere").RoutesTo(reference);
    }
}
