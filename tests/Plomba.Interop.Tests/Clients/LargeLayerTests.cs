using System.Globalization;
using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Interop.Tests.Clients;

/// <summary>A layer many times larger than the memory the server may take for it.</summary>
public sealed class LargeLayerTests(ITestOutputHelper output)
{
    private const long Mebibyte = 1 << 20;

    // The runtime itself takes 70 to 90 MiB; a layer that was held in memory would be seen at once.
    private const long Limit = 200 * Mebibyte;

    [Fact]
    public async Task A_large_layer_goes_up_and_comes_down_in_flat_memory()
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("skopeo"), "skopeo is not installed");
        var size = (Environment.GetEnvironmentVariable("PLOMBA_LONG") == "1" ? 1024 : 320) * Mebibyte;
        using var directory = new TemporaryDirectory(prefix: "large");
        using var home = new ContainersHome();
        var registry = $"127.0.0.1:{RunningProgram.FreePort().ToString(CultureInfo.InvariantCulture)}";
        await using var server = await RunningProgram.StartAsync(
            PlombaProgram.Path, ["serve", "--data", directory.Combine("data"), "--listen", registry], $"http://{registry}/healthz");
        home.Insecure(registry);
        var (source, name) = (directory.Combine("image"), $"docker://{registry}/large:1");
        TinyImage.Write(source, "large", padding: size);

        await home.MustAsync("skopeo", "--insecure-policy", "copy", $"dir:{source}", name);
        var pushed = PeakMemory(server.Id);
        await Task.WhenAll(PullAsync("one"), PullAsync("two"));
        var pulled = PeakMemory(server.Id);
        output.WriteLine($"{size / Mebibyte} MiB: peak {pushed / Mebibyte} MiB after the push, {pulled / Mebibyte} MiB after two pulls at once");
        Assert.InRange(pulled, 1, Limit);
        Assert.Equal(TinyImage.DigestOf(source), TinyImage.DigestOf(directory.Combine("one")));
        Assert.Equal(Sizes(source), Sizes(directory.Combine("two")));

        // skopeo hashes what it gets.
        Task<ChildResult> PullAsync(string target) =>
            home.MustAsync("skopeo", "--insecure-policy", "copy", name, $"dir:{directory.Combine(target)}");
    }

    private static IEnumerable<(string, long)> Sizes(string layout) =>
        new DirectoryInfo(layout).EnumerateFiles().Select(file => (file.Name, file.Length)).Order();

    private static long PeakMemory(int process)
    {
        var line = File.ReadLines($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/status").Single(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
