using Plomba.Trust.Configuration;

namespace Plomba.Trust.Tests.Configuration;

public sealed class PolicyFileTests
{
    private const string Accept = """{"default":[{"type":"insecureAcceptAnything"}]}""";
    private const string System = "/etc/containers/policy.json";
    private const string User = "/home/anna/.config/containers/policy.json";

    [Fact]
    public void The_users_file_comes_before_the_systems()
    {
        var files = new HandedFiles().Add(System, Accept).Add(User, Accept);
        Assert.Equal(User, PolicyFile.Load(null, Anna(), files).Path);
        Assert.Equal(System, PolicyFile.Load(null, Anna(), new HandedFiles().Add(System, Accept)).Path);
    }

    [Fact]
    public void An_explicit_file_that_is_missing_does_not_fall_back()
    {
        var reading = PolicyFile.Load("/given.json", Anna(), new HandedFiles().Add(System, Accept));
        Assert.Null(reading.Policy);
        Assert.Equal("open /given.json: no such file or directory", reading.Failure);
    }

    [Fact]
    public void Without_a_file_there_is_no_policy()
    {
        var reading = PolicyFile.Load(null, Anna(), new HandedFiles());
        Assert.Null(reading.Policy);
        Assert.Equal($"no policy.json file found at any of the following: \"{User}\", \"{System}\"", reading.Failure);
    }

    [Fact]
    public void XDG_CONFIG_HOME_does_not_move_the_policy()
    {
        var environment = new TrustEnvironment("/home/anna", IsRoot: false, name => name == "XDG_CONFIG_HOME" ? "/elsewhere" : null);
        var files = new HandedFiles().Add("/elsewhere/containers/policy.json", Accept).Add(System, Accept);
        Assert.Equal(System, PolicyFile.Load(null, environment, files).Path);
    }

    [Fact]
    public void A_variable_that_only_Podman_6_reads_is_a_finding()
    {
        var environment = new TrustEnvironment("/home/anna", IsRoot: false, name => name == "CONTAINERS_POLICY_JSON" ? "/other.json" : null);
        var reading = PolicyFile.Load(null, environment, new HandedFiles().Add(System, Accept));
        Assert.Equal(System, reading.Path);
        Assert.Contains("/other.json", Assert.Single(reading.Findings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_mistake_is_fatal_and_names_file_and_place()
    {
        var reading = PolicyFile.Load(null, Anna(), new HandedFiles().Add(User, "{}").Add(System, Accept));
        Assert.Null(reading.Policy);
        Assert.Equal($"invalid policy in \"{User}\": 1:1: Default policy is missing", reading.Failure);
    }

    private static TrustEnvironment Anna() => new("/home/anna", IsRoot: false, _ => null);
}
