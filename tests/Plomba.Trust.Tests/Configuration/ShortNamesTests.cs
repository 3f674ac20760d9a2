using Plomba.Trust.Configuration;
using Plomba.Trust.Configuration.RegistriesConf;

namespace Plomba.Trust.Tests.Configuration;

public sealed class ShortNamesTests
{
    private const string Two = "unqualified-search-registries = [\"a.example\", \"b.example\"]\n";

    [Theory]
    [InlineData("permissive", "a.example/x:latest b.example/x:latest")]
    [InlineData("disabled", "a.example/x:latest b.example/x:latest")]
    [InlineData("enforcing", "short-name resolution enforced but cannot prompt without a TTY")]
    public void Several_registries_are_tried_unless_somebody_should_be_asked(string mode, string expected) =>
        Assert.Equal(expected, Resolve($"short-name-mode = \"{mode}\"\n{Two}", "", "x"));

    [Fact]
    public void The_users_alias_comes_first_and_an_empty_one_hides_the_configured_one()
    {
        var configured = Two + "[aliases]\nx = \"c.example/x\"\n";
        Assert.Equal("c.example/x:1", Resolve(configured, "", "x:1"));
        Assert.Equal("d.example/x:1", Resolve(configured, "[aliases]\nx = \"d.example/x\"\n", "x:1"));
        Assert.Equal("a.example/x:1 b.example/x:1", Resolve(configured, "[aliases]\nx = \"\"\n", "x:1"));
    }

    [Theory]
    [InlineData(true, null, "/var/cache/containers/short-name-aliases.conf")]
    [InlineData(false, null, "/home/anna/.cache/containers/short-name-aliases.conf")]
    [InlineData(false, "/cache/", "/cache/containers/short-name-aliases.conf")]
    public void The_users_aliases_are_where_podman_keeps_them(bool isRoot, string? cache, string expected)
    {
        var files = new HandedFiles();
        var environment = new TrustEnvironment("/home/anna", isRoot, name => name == "XDG_CACHE_HOME" ? cache : null);
        Assert.NotNull(ShortNames.Load(RegistriesConfiguration.Empty, environment, files, out _));
        Assert.Equal([expected], files.Opened);
    }

    [Fact]
    public void A_damaged_alias_file_is_named() => Assert.Equal(
        "/home/anna/.cache/containers/short-name-aliases.conf",
        Load("", "[aliases]\n\"a.example/x\" = \"b.example/x\"\n", out var mistake) is null ? mistake!.File : null);

    private static string Resolve(string configuration, string own, string name)
    {
        var resolution = Load(configuration, own, out _)!.Resolve(name);
        return resolution.Error ?? string.Join(' ', resolution.Candidates);
    }

    private static ShortNames? Load(string configuration, string own, out ConfigurationMistake? mistake)
    {
        var files = new HandedFiles()
            .Add("/etc/containers/registries.conf", configuration)
            .Add("/home/anna/.cache/containers/short-name-aliases.conf", own);
        var environment = new TrustEnvironment("/home/anna", IsRoot: false, _ => null);
        return ShortNames.Load(RegistriesConfiguration.Load(null, environment, files, out _)!, environment, files, out mistake);
    }
}
