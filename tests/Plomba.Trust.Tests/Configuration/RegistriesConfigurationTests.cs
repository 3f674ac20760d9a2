using CsCheck;
using Plomba.Images;
using Plomba.Trust.Configuration;
using Plomba.Trust.Configuration.RegistriesConf;

namespace Plomba.Trust.Tests.Configuration;

public sealed class RegistriesConfigurationTests
{
    private const string Main = "/etc/containers/registries.conf";

    [Fact]
    public void The_drop_in_that_plomba_writes_makes_its_registry_insecure_and_no_other()
    {
        var configuration = Load(new HandedFiles().Add("/etc/containers/registries.conf.d/50-plomba.conf", """
            [[registry]]
            prefix = "registry.local"
            location = "registry.local"
            insecure = true
            """));
        Assert.True(Assert.Single(configuration.SourcesOf(Reference("registry.local/alt/alt:latest")).Sources).Insecure);
        Assert.False(Assert.Single(configuration.SourcesOf(Reference("docker.io/library/busybox:latest")).Sources).Insecure);
    }

    [Fact]
    public void A_blocked_registry_is_named_and_can_still_be_had_through_a_mirror()
    {
        var configuration = Load(new HandedFiles().Add(Main, """
            [[registry]]
            location = "docker.io"
            blocked = true
            [[registry.mirror]]
            location = "registry.local/hub"
            """));
        var sources = configuration.SourcesOf(Reference("docker.io/library/busybox:latest")).Sources;
        Assert.Equal(["registry.local/hub/library/busybox:latest", "docker.io/library/busybox:latest"], sources.Select(s => s.Reference.Text));
        Assert.Equal([null, "docker.io"], sources.Select(s => s.BlockedBy));
        Assert.Equal([true, false], sources.Select(s => s.IsMirror));
    }

    [Fact]
    public void The_users_main_file_hides_the_systems_drop_ins()
    {
        var files = new HandedFiles()
            .Add("/home/anna/.config/containers/registries.conf", "short-name-mode = \"enforcing\"\n")
            .Add("/home/anna/.config/containers/registries.conf.d/a.conf", "[[registry]]\nlocation = \"mine.example\"\n")
            .Add("/etc/containers/registries.conf.d/a.conf", "[[registry]]\nlocation = \"systems.example\"\n");
        Assert.Equal("mine.example", Assert.Single(Load(files).Registries).Prefix);
    }

    [Fact]
    public void An_explicit_file_that_is_missing_is_a_mistake()
    {
        Assert.Null(RegistriesConfiguration.Load("/given.conf", Anna, new HandedFiles(), out var mistake));
        Assert.Equal("/given.conf: open /given.conf: no such file or directory", mistake!.ToString());
        Assert.NotNull(RegistriesConfiguration.Load(null, Anna, new HandedFiles(), out _));
    }

    [Theory]
    [InlineData("[[registry]]\nlocation = 1\n", "2:12: toml: incompatible types: a string is expected here, not a value")]
    [InlineData("[[registry]]\nlocation = \"a\"\ninsecure = \"yes\"\n", "3:12: toml: incompatible types: true or false is expected here, not a string")]
    [InlineData("[[registry]]\nlocation = \"https://a\"\n", "1:1: invalid location 'https://a': URI schemes are not supported")]
    [InlineData("[aliases]\n\"UPPER\" = \"r.example\"\n", "2:11: validating short-name aliases: cannot parse short name: \"UPPER\": repository name must be lowercase\ninvalid alias \"r.example\": must contain registry and repository")]
    [InlineData("short-name-mode = \"Strict\"\n", "1:19: invalid short-name mode: \"Strict\"")]
    public void A_mistake_is_reported_with_file_line_and_column(string toml, string expected)
    {
        Assert.Null(RegistriesConfiguration.Load(null, Anna, new HandedFiles().Add(Main, toml), out var mistake));
        Assert.Equal($"{Main}:{expected}", mistake!.ToString());
    }

    [Fact]
    public void No_bytes_make_the_reader_throw() => Gen.OneOf(
            Gen.Byte.Array[0, 200],
            Gen.OneOf("[[registry]]", "[registry]", "[", "]", "=", "\n", "\"", "'", "{", "}", ",", ".", "location", "mirror", "a", " ", "1", "true", "\"\"\"", "#", "\\u00", "[registries.search]", "registries", "[aliases]")
                .Array[0, 40].Select(parts => Encoding.GetBytes(string.Concat(parts))))
        .Sample(bytes => { _ = RegistriesConfiguration.Load(null, Anna, new HandedFiles().Add(Main, bytes), out _); }, iter: 5000);

    [Fact]
    public void Deep_nesting_is_a_mistake_and_not_a_stack_overflow()
    {
        var files = new HandedFiles().Add(Main, "a = " + new string('[', 100_000));
        Assert.Null(RegistriesConfiguration.Load(null, Anna, files, out var mistake));
        Assert.Equal("nested too deeply", mistake!.Message);
    }

    private static readonly System.Text.Encoding Encoding = System.Text.Encoding.UTF8;

    private static readonly TrustEnvironment Anna = new("/home/anna", IsRoot: false, _ => null);

    private static RegistriesConfiguration Load(HandedFiles files)
    {
        var configuration = RegistriesConfiguration.Load(null, Anna, files, out var mistake);
        Assert.True(configuration is not null, mistake?.ToString());
        return configuration;
    }

    private static ImageReference Reference(string text)
    {
        Assert.True(ImageReference.TryParse(text, out var reference));
        return reference;
    }
}
