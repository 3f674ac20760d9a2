using System.Text.RegularExpressions;
using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Interop.Tests;

/// <summary>The README is true: its commands are run, as they stand, by a newcomer with an empty home.</summary>
public sealed partial class ReadmeTests
{
    [Fact]
    public async Task Its_commands_do_what_it_says()
    {
        foreach (var tool in new[] { "podman", "skopeo", "gpg", "jq" })
            Assert.SkipUnless(ChildProcess.IsInstalled(tool), $"{tool} is not installed");
        Assert.SkipUnless(Environment.UserName == "root", "podman's store needs root here");
        Assert.SkipUnless(PortIsFree(), "port 5000 is taken, and the README names it");
        using var home = new ContainersHome();
        using var directory = new TemporaryDirectory(prefix: "readme");
        var script = new List<string>
        {
            "set -u",
            "trap 'kill $(jobs -p); gpgconf --kill all' EXIT",
            $"printf '#!/bin/sh\\nexec {PlombaProgram.Repository}/run.sh \"$@\"\\n' >run.sh && chmod +x run.sh",
            "./run.sh --version >/dev/null || exit 90",
        };
        foreach (var line in Commands("README.md"))
        {
            script.Add(line);
            script.Add(line.EndsWith('&') ? "until curl -sf -o /dev/null http://127.0.0.1:5000/healthz; do sleep 0.1; done" : Expect(line));
        }

        var file = directory.Combine("readme.sh");
        await File.WriteAllLinesAsync(file, script);
        var result = await home.RunAsync("bash", "-c", $"cd {directory.Path} && timeout 300 bash {file} 2>&1");

        Assert.True(result.ExitCode == 0, result.Text);
        Assert.False(Directory.Exists(Path.Combine(home.Path, ".gnupg")), "the reader's key ring was touched");
    }

    [Fact]
    public void Both_languages_show_the_same_commands() => Assert.Equal(Commands("README.md"), Commands("README.ru.md"));

    // A line marked refused ends with podman's 125 or plomba's 3; every other line succeeds.
    private static string Expect(string line) => line.EndsWith("# refused", StringComparison.Ordinal)
        ? $"code=$?; [ $code = {(line.StartsWith("podman", StringComparison.Ordinal) ? 125 : 3)} ] || {{ echo \"exit $code: {Quoted(line)}\"; exit 91; }}"
        : $"code=$?; [ $code = 0 ] || {{ echo \"exit $code: {Quoted(line)}\"; exit 92; }}";

    private static string Quoted(string line) => line.Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "'", StringComparison.Ordinal).Replace("$", "\\$", StringComparison.Ordinal).Replace("`", "", StringComparison.Ordinal);

    private static string[] Commands(string readme) =>
    [
        .. Blocks().Matches(File.ReadAllText(Path.Combine(PlombaProgram.Repository, readme)))
            .SelectMany(block => block.Groups["commands"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
    ];

    private static bool PortIsFree()
    {
        try
        {
            using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 5000);
            listener.Start();
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"^```sh test[^\n]*\n(?<commands>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Blocks();
}
