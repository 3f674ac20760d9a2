using System.Globalization;
using System.Text;
using Plomba.Files;
using Plomba.Hosts.Stores;
using Plomba.Hosts.Tests.Rules;

namespace Plomba.Hosts.Tests.Stores;

/// <summary>A store belongs to a user, who can put anything into it: nothing leads outside, hangs, runs, or reaches a terminal.</summary>
public sealed class HostileStoreTests(MakerKeys keys)
{
    private const string Store = $"{Home}/.local/share/containers/storage";
    private const string Home = "/srv/people/carol";

    [Theory]
    [InlineData("/")]
    [InlineData("/overlay-images")]
    [InlineData("/overlay-images/images.json")]
    public async Task A_planted_link_is_not_followed_and_told(string where)
    {
        using var machine = HealthyMachine.Create(keys);
        using var outside = new TemporaryDirectory();
        var target = new StoreWriter(outside.Path);
        target.Add("outside", ["secret.example/app:v1"]);
        target.Save();
        EveryRuleTests.Unsigned(machine, Store, 1002);
        var place = machine.Real((Store + where).TrimEnd('/'));
        Remove(place);
        machine.Give($"{Home}/.local", 1002);
        File.CreateSymbolicLink(place, (outside.Path + where).TrimEnd('/'));
        await ChildProcess.RunAsync("chown", ["-h", "1002:1002", place]);
        var findings = await machine.CheckAsync("P201", "P203");
        Assert.Equal(["P203"], findings.Select(f => f.Rule));
        Assert.DoesNotContain(findings, f => f.Found.Contains("secret.example", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/overlay-images/images.json")]
    [InlineData("/overlay-images")]
    public async Task A_pipe_in_place_of_a_file_or_directory_is_never_waited_for(string where)
    {
        using var machine = HealthyMachine.Create(keys);
        EveryRuleTests.Unsigned(machine, Store, 1002);
        Remove(machine.Real(Store + where));
        await ChildProcess.RunAsync("mkfifo", [machine.Real(Store + where)]);
        var check = Task.Run(() => machine.CheckAsync());
        Assert.Equal(["P203"], (await check.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)).Select(f => f.Rule));
    }

    [Theory]
    [InlineData("pipe")]
    [InlineData("link")]
    [InlineData("huge")]
    public async Task A_manifest_that_is_a_pipe_a_link_or_huge_is_damage(string kind)
    {
        using var machine = HealthyMachine.Create(keys);
        var store = machine.StoreOf(Store, 1002);
        var (id, digest) = store.Add("spoilt", ["registry.local/alt/app:v1"]);
        store.Save();
        machine.Give($"{Home}/.local", 1002);
        foreach (var name in new[] { "manifest", "=" + Convert.ToBase64String(Encoding.UTF8.GetBytes($"manifest-{digest}")) })
        {
            var file = machine.Real($"{Store}/overlay-images/{id}/{name}");
            File.Delete(file);
            if (kind == "pipe")
                await ChildProcess.RunAsync("mkfifo", [file]);
            else if (kind == "link")
                File.CreateSymbolicLink(file, "/etc/shadow");
            else
                await File.WriteAllBytesAsync(file, new byte[5_000_000], TestContext.Current.CancellationToken);
        }

        var finding = Assert.Single(await machine.CheckAsync("P201", "P203"));
        Assert.Equal("P203", finding.Rule);
        Assert.DoesNotContain("root:", finding.Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_with_escapes_line_breaks_and_commands_stay_text()
    {
        using var machine = HealthyMachine.Create(keys);
        var marker = machine.Real("/tmp-marker");
        var store = machine.StoreOf(Store, 1002);
        store.Add("evil", [$"$(touch {marker})", "\u001b[2J\nerror P102 root: forged", "a'b\"; touch /x #", "\u202egnp.exe"]);
        store.Save();
        var report = await machine.ReportAsync("P201");
        var finding = Assert.Single(report.Findings);
        var text = Hosts.Rules.Reports.ReportText.Of(report);
        Assert.Equal(3, text.TrimEnd('\n').Split('\n').Length);
        Assert.DoesNotContain('\u001b', text);
        Assert.DoesNotContain('\u202e', text);
        Assert.False(File.Exists(marker));
        Assert.DoesNotContain("$(", finding.Mend, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[{\"id\":\"../../../../etc\",\"names\":[\"x\"]}]")]
    [InlineData("[{\"id\":\"1111111111111111111111111111111111111111111111111111111111111111\",\"names\":[\"a\"],\"Names\":[\"b\"]}]")]
    [InlineData("[{\"id\":\"1111111111111111111111111111111111111111111111111111111111111111\",\"names\":[\"a\"],\"names\":[\"b\"]}]")]
    [InlineData("[{\"id\":\"1111111111111111111111111111111111111111111111111111111111111111\",\"names\":[1]}]")]
    [InlineData("[{\"id\":\"1111111111111111111111111111111111111111111111111111111111111111\",\"metadata\":\"{\\\"signatures-sizes\\\":{\\\"x\\\":[-1]}}\"}]")]
    [InlineData("{}")]
    [InlineData("")]
    [InlineData("\u0000")]
    public async Task A_list_that_podman_might_read_in_another_way_is_reported_not_believed(string list)
    {
        using var machine = HealthyMachine.Create(keys);
        machine.Write($"{Store}/overlay-images/images.json", list, 1002);
        machine.Give($"{Home}/.local", 1002);
        Assert.Equal(["P203"], (await machine.CheckAsync()).Select(f => f.Rule));
    }

    [Fact]
    public async Task Deep_json_and_endless_lists_end()
    {
        using var machine = HealthyMachine.Create(keys);
        machine.Write($"{Store}/overlay-images/images.json", new string('[', 100_000), 1002);
        machine.Write($"{Store}/overlay-containers/containers.json", $"[{string.Join(',', Enumerable.Repeat("null", 200_000))}]", 1002);
        machine.Give($"{Home}/.local", 1002);
        Assert.Equal(["P203"], (await machine.CheckAsync()).Select(f => f.Rule));
    }

    [Fact]
    public void Random_bytes_are_no_list_and_no_crash()
    {
        var random = new Random(1);
        var valid = Encoding.UTF8.GetBytes("""[{"id":"1111111111111111111111111111111111111111111111111111111111111111","names":["a"],"metadata":"{\"signature-sizes\":[1]}","big-data-names":["manifest"]}]""");
        for (var i = 0; i < 5000; i++)
        {
            var bytes = valid.ToArray();
            for (var j = random.Next(1, 5); j > 0; j--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            _ = StoreJson.Images(bytes.AsMemory(0, random.Next(bytes.Length + 1)), out _);
        }
    }

    [Fact]
    public async Task An_image_in_ten_thousand_names_is_told_in_bounded_lines()
    {
        using var machine = HealthyMachine.Create(keys);
        var store = machine.StoreOf(Store, 1002);
        store.Add("many", [.. Enumerable.Range(0, 9000).Select(i => $"quay.io/x/app:{i.ToString(CultureInfo.InvariantCulture)}")]);
        for (var i = 0; i < 300; i++)
            store.Add($"image {i}", [$"quay.io/x/app{i}:v1"]);
        store.Save();
        Assert.InRange((await machine.CheckAsync("P201")).Count, 100, 200);
    }

    private static void Remove(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        else
            File.Delete(path);
    }
}
