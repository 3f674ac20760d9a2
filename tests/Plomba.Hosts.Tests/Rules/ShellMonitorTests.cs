using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Hosts.Tests.Rules;

/// <summary>Where the monitors of the shell solution fail, and ours does not: HOSTS-style lists of its known failures, one test each.</summary>
public sealed class ShellMonitorTests(MakerKeys keys)
{
    private const string Policy = "/etc/containers/policy.json";
    private const string Home = "/srv/people/carol";

    [Fact]
    public async Task A_group_whose_name_only_begins_like_the_makers_makes_no_maker()
    {
        using var machine = HealthyMachine.Create(keys);
        Replace(machine, "/etc/group", "dave:x:1003:\n", "dave:x:1003:\npodman_dev_old:x:510:dave\nxpodman:x:511:dave\n");
        EveryRuleTests.Unsigned(machine, "/home/dave/.local/share/containers/storage", 1003);
        // As a maker dave's images would not be looked at, as a member of podman P101 would not be found.
        Assert.Equal(["P101", "P201"], (await machine.CheckAsync()).Select(f => f.Rule));
    }

    [Fact]
    public async Task A_registry_whose_name_only_begins_like_the_sites_is_another_one()
    {
        using var machine = HealthyMachine.Create(keys);
        Replace(machine, "/home/bob/.config/containers/policy.json", "\"docker\": {", "\"docker\": { \"registry.local.evil.org\": [{\"type\": \"insecureAcceptAnything\"}],");
        Assert.Empty(await machine.CheckAsync()); // a maker may take from anywhere else
        Replace(machine, Policy, "\"registry.local/beta\"", "\"registry.local.evil.org/beta\"");
        Assert.Equal(["P103"], (await machine.CheckAsync()).Select(f => f.Rule));
    }

    [Fact]
    public async Task A_hosts_line_of_a_longer_name_is_none_of_the_sites()
    {
        using var machine = HealthyMachine.Create(keys);
        machine.Write("/etc/hosts", "192.0.2.10 registry.local.evil.org\n192.0.2.10 sigstore.local\n");
        Assert.Equal("P302", Assert.Single(await machine.CheckAsync()).Rule);
    }

    [Theory]
    [InlineData("text", 3)]
    [InlineData("json", 3)]
    [InlineData("prometheus", 3)]
    [InlineData("nagios", 2)]
    public async Task A_violation_is_printed_and_never_exit_0(string format, int code)
    {
        using var machine = HealthyMachine.Create(keys);
        Replace(machine, Policy, "\"reject\"", "\"insecureAcceptAnything\"");
        var result = await ChildProcess.RunAsync(PlombaProgram.Path, ["host", "check", "--root", machine.Real("/"), "--output", format]);
        Assert.Equal(code, result.ExitCode);
        Assert.Contains("P102", result.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_whose_home_is_not_below_home_is_looked_at()
    {
        using var machine = HealthyMachine.Create(keys);
        machine.Unlock();
        Assert.Equal("carol", Assert.Single(await machine.CheckAsync()).Subject);
    }

    [Fact]
    public async Task Signed_means_a_signature_that_verifies_not_one_that_is_there()
    {
        using var machine = HealthyMachine.Create(keys);
        var store = machine.StoreOf($"{Home}/.local/share/containers/storage", 1002);
        // A good signature of the right maker, for another image.
        store.Add("other content", ["registry.local/alt/app:v1"], await keys.SignAsync("registry.local/alt/app:v1", "signed content"));
        store.Save();
        Assert.Equal("P201", Assert.Single(await machine.CheckAsync("P201", "P202", "P203")).Rule);
    }

    [Fact]
    public async Task Scopes_and_file_names_of_users_never_reach_a_shell()
    {
        using var machine = HealthyMachine.Create(keys);
        var marker = machine.Real("/marker");
        machine.Write("/home/dave/.config/containers/policy.json", $$$$"""{"default":[{"type":"reject"}],"transports":{"docker":{"$(touch {{{{marker}}}})`touch {{{{marker}}}}`; touch {{{{marker}}}}":[{"type":"insecureAcceptAnything"}]}}}""", 1003);
        machine.Write("/home/dave/.config/containers/registries.d/$(touch marker);x.yaml", ": [", 1003);
        machine.Write("/home/dave/.bashrc\n$(touch marker)", "CONTAINERS_POLICY_JSON=x", 1003);
        var findings = await machine.CheckAsync();
        var scope = Assert.Single(findings, f => f.Rule == "P104");
        Assert.False(File.Exists(marker));
        Assert.Contains("policy set '$(touch", scope.Mend, StringComparison.Ordinal); // one quoted word, should somebody copy it
    }

    [Fact]
    public async Task A_check_runs_twice_with_the_same_answer_and_leaves_no_file()
    {
        using var machine = HealthyMachine.Create(keys);
        machine.Unlock();
        var temporary = Directory.EnumerateFileSystemEntries(Path.GetTempPath(), "plomba*").ToHashSet();
        var first = await machine.CheckAsync();
        Assert.Equal(first, await machine.CheckAsync());
        Assert.Subset(temporary, Directory.EnumerateFileSystemEntries(Path.GetTempPath(), "plomba-check*").ToHashSet());
    }

    private static void Replace(HealthyMachine machine, string path, string old, string text)
    {
        Assert.Contains(old, machine.Read(path), StringComparison.Ordinal);
        machine.Write(path, machine.Read(path).Replace(old, text, StringComparison.Ordinal), path.StartsWith("/home/bob", StringComparison.Ordinal) ? 1001u : 0);
    }
}
