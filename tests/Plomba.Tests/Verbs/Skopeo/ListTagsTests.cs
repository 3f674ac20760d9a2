using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Tests.Verbs.Skopeo;

public sealed class ListTagsTests
{
    [Fact]
    public async Task The_tags_of_a_repository_are_printed_as_skopeo_prints_them()
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("skopeo"), "skopeo is not installed");
        using var directory = new TemporaryDirectory();
        TinyImage.Write(directory.Combine("image"), "x");
        var registry = $"127.0.0.1:{RunningProgram.FreePort()}";
        await using var server = await RunningProgram.StartAsync(
            PlombaProgram.Path, ["serve", "--listen", registry, "--data", directory.Combine("data")], $"http://{registry}/v2/");
        foreach (var tag in (string[])["v2", "v1", "Latest_1.0"])
        {
            var copied = await ChildProcess.RunAsync(
                "skopeo", ["copy", "--insecure-policy", "--dest-tls-verify=false", $"dir:{directory.Combine("image")}", $"docker://{registry}/ns/app:{tag}"]);
            Assert.True(copied.ExitCode == 0, copied.Errors);
        }

        foreach (var repository in (string[])["ns/app", "ns/none", "ns/app:v1"])
        {
            string[] arguments = ["list-tags", "--tls-verify=false", $"docker://{registry}/{repository}"];
            var theirs = await ChildProcess.RunAsync("skopeo", arguments);
            var ours = await PlombaProgram.RunAsync(arguments);
            Assert.Equal((repository, theirs.ExitCode, theirs.Text), (repository, ours.ExitCode, ours.Text));
        }
    }
}
