using System.Text.Json;
using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Hosts.Tests.Rules;

/// <summary><c>plomba host check</c> on an offline machine: outputs, exit codes, and that it changes nothing.</summary>
public sealed class CheckVerbTests(MakerKeys keys)
{
    [Fact]
    public async Task A_violation_is_exit_3_and_told_with_what_why_and_how_to_mend()
    {
        using var machine = HealthyMachine.Create(keys);
        Assert.Equal((0, ""), await RunAsync(machine));
        machine.Unlock();
        var (code, text) = await RunAsync(machine);
        Assert.Equal(3, code);
        Assert.Equal(3, text.TrimEnd('\n').Split('\n').Length);
        Assert.StartsWith("error P109 carol: /srv/people/carol/.config/containers does not belong to root\n", text, StringComparison.Ordinal);
        Assert.Contains("    mend: ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_rules_are_chosen_by_id_or_its_beginning()
    {
        using var machine = HealthyMachine.Create(keys);
        machine.Unlock();
        Assert.Equal(0, (await RunAsync(machine, "--rules", "P101,P2")).Code);
        Assert.Equal(3, (await RunAsync(machine, "--rules", "P101,P109")).Code);
        var rules = JsonDocument.Parse((await RunAsync(machine, "--rules", "P101,P2", "--output", "json")).Text).RootElement.GetProperty("rules");
        Assert.Equal(["P101", "P201", "P202", "P203", "P204", "P205", "P206", "P207"], rules.EnumerateArray().Select(r => r.GetString()));
        Assert.Equal(2, (await RunAsync(machine, "--rules", "P999")).Code);
    }

    [Fact]
    public async Task Nagios_gets_a_plugins_exit_codes()
    {
        using var machine = HealthyMachine.Create(keys);
        Assert.StartsWith("PLOMBA OK - ", (await RunAsync(machine, "--output", "nagios")).Text, StringComparison.Ordinal);
        machine.Unlock();
        Assert.Equal(2, (await RunAsync(machine, "--output", "nagios")).Code);
        Assert.Equal(1, (await RunAsync(machine, "--output", "nagios", "--critical", "2")).Code);
        machine.Write("/etc/plomba/site.toml", "nothing");
        var (code, text) = await RunAsync(machine, "--output", "nagios");
        Assert.Equal(3, code);
        Assert.StartsWith("PLOMBA UNKNOWN - ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_of_a_similar_name_is_another_one()
    {
        using var machine = HealthyMachine.Create(keys);
        machine.Unlock();
        Assert.Equal(0, (await RunAsync(machine, "--user", "bob")).Code);
        Assert.Equal(3, (await RunAsync(machine, "--user", "carol")).Code);
        Assert.Equal(1, (await RunAsync(machine, "--user", "caro")).Code);
    }

    [Fact]
    public async Task A_check_changes_nothing()
    {
        using var machine = HealthyMachine.Create(keys);
        machine.Unlock();
        EveryRuleTests.Unsigned(machine, "/srv/people/carol/.local/share/containers/storage", 1002);
        var before = Snapshot(machine);
        Assert.Equal(3, (await RunAsync(machine)).Code);
        Assert.Equal(before, Snapshot(machine));
    }

    private static List<string> Snapshot(HealthyMachine machine) =>
    [
        .. Directory.EnumerateFileSystemEntries(machine.Real("/"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(p => $"{p} {File.GetUnixFileMode(p)} {File.GetLastWriteTimeUtc(p):O}"),
    ];

    private static async Task<(int Code, string Text)> RunAsync(HealthyMachine machine, params string[] arguments)
    {
        var result = await ChildProcess.RunAsync(
            PlombaProgram.Path, ["host", "check", "--root", machine.Real("/"), .. arguments], environment: new Dictionary<string, string?>(StringComparer.Ordinal) { ["LANG"] = "C.UTF-8" });
        return (result.ExitCode, result.Text);
    }
}
