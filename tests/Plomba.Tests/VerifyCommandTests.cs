using System.Text.Json;
using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Tests;

public sealed class VerifyCommandTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("busybox")]
    [InlineData("docker:busybox")]
    [InlineData("no-such-transport:x")]
    [InlineData("docker://registry.example/a:v1@sha256:0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("docker://registry.example/../../etc/passwd")]
    [InlineData("docker://registry.example/UPPER")]
    [InlineData("sif:/x")]
    [InlineData("docker-archive:/x")]
    [InlineData("--policy", "a", "--insecure-policy", "dir:/")]
    [InlineData("--policy", "a", "--site", "b", "dir:/")]
    [InlineData("--insecure-policy", "--require-signed", "dir:/")]
    [InlineData("--retry-times", "-1", "dir:/")]
    [InlineData("--tls-verify=perhaps", "dir:/")]
    [InlineData("--authfile", "/nonexistent/auth.json", "--insecure-policy", "dir:/")]
    [InlineData("--registries.d", "/nonexistent", "--insecure-policy", "dir:/")]
    public async Task A_wrong_command_line_attempts_nothing(params string[] arguments)
    {
        var result = await PlombaProgram.RunAsync(["verify", .. arguments]);
        Assert.True(result.ExitCode == 2, $"exit {result.ExitCode}: {result.Text}{result.Errors}");
        AssertOneClearLine(result);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{\"default\":[]}")]
    [InlineData("{\"default\":[{\"type\":\"insecureAcceptAnything\"}],\"x\":1}")]
    public async Task A_policy_that_is_not_understood_decides_nothing(string policy)
    {
        var result = await VerifyAsync(policy, "dir:/nonexistent");
        Assert.Equal(1, result.ExitCode);
        AssertOneClearLine(result);
        Assert.StartsWith("plomba: Error loading trust policy: invalid policy in ", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_policy_decides_nothing()
    {
        var result = await PlombaProgram.RunAsync("verify", "--policy", _directory.Combine("none.json"), "dir:/nonexistent");
        Assert.Equal(1, result.ExitCode);
        AssertOneClearLine(result);
    }

    [Fact]
    public async Task Of_several_images_the_worst_counts_and_all_are_told_in_order()
    {
        const string Policy = """{"default":[{"type":"reject"}],"transports":{"dir":{"":[{"type":"insecureAcceptAnything"}]}}}""";
        TinyImage.Write(_directory.Combine("good"), "x");
        var good = $"dir:{_directory.Combine("good")}";
        var absent = $"dir:{_directory.Combine("absent")}";
        Assert.Equal(0, (await VerifyAsync(Policy, good)).ExitCode);
        Assert.Equal(1, (await VerifyAsync(Policy, good, absent)).ExitCode);
        var layout = $"oci:{_directory.Combine("layout")}";
        await WriteLayoutAsync(_directory.Combine("layout"));
        var result = await VerifyAsync(Policy, good, absent, layout);
        Assert.Equal(3, result.ExitCode);
        var lines = result.Text.Split('\n').Where(l => l.Length > 0 && l[0] != ' ').ToArray();
        Assert.Equal([$"{good}: accepted", $"{absent}: undecided", $"{layout}:: refused"], lines);
    }

    [Fact]
    public async Task What_is_accepted_without_a_signature_is_refused_when_one_is_required()
    {
        TinyImage.Write(_directory.Combine("image"), "x");
        var result = await VerifyAsync("""{"default":[{"type":"insecureAcceptAnything"}]}""", $"dir:{_directory.Combine("image")}", "--require-signed");
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("No signature verification policy found for image dir:", result.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_json_form_is_the_documented_one()
    {
        TinyImage.Write(_directory.Combine("image"), "x");
        var result = await VerifyAsync(
            """{"default":[{"type":"signedBy","keyType":"GPGKeys","keyPath":"/nonexistent.pgp"}]}""", $"dir:{_directory.Combine("image")}", "--output", "json");
        Assert.Equal(3, result.ExitCode);
        var verdict = Assert.Single(JsonDocument.Parse(result.Output).RootElement.EnumerateArray());
        Assert.Equal(
            ["image", "verdict", "exitCode", "policy", "manifest", "signatureStore", "requirements", "message", "hint"],
            verdict.EnumerateObject().Select(p => p.Name));
        Assert.Equal("refused", verdict.GetProperty("verdict").GetString());
        Assert.Equal(TinyImage.DigestOf(_directory.Combine("image")), verdict.GetProperty("manifest").GetProperty("digest").GetString());
        Assert.Equal("dir", verdict.GetProperty("signatureStore").GetProperty("kind").GetString());
        Assert.Equal("Source image rejected: A signature was required, but no signature exists", verdict.GetProperty("message").GetString());
    }

    [Fact]
    public async Task Docker_schema_1_is_refused_by_name()
    {
        DurableFile.CreateDirectory(_directory.Combine("old"));
        DurableFile.Write(
            _directory.Combine("old", "manifest.json"),
            """{"schemaVersion":1,"name":"a","tag":"b","architecture":"amd64","fsLayers":[],"history":[],"signatures":[{}]}"""u8);
        var result = await VerifyAsync("""{"default":[{"type":"insecureAcceptAnything"}]}""", $"dir:{_directory.Combine("old")}");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Docker manifest schema 1 is not accepted", result.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registry_that_nobody_runs_is_one_clear_line()
    {
        var result = await VerifyAsync(
            """{"default":[{"type":"insecureAcceptAnything"}]}""", $"127.0.0.1:{RunningProgram.FreePort()}/a", "--retry-times", "0");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("connection refused", result.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Text + result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_site_that_is_not_valid_decides_nothing()
    {
        DurableFile.Write(_directory.Combine("site.toml"), "format = 1\nunknown = 2\n"u8);
        var result = await PlombaProgram.RunAsync("verify", "--site", _directory.Combine("site.toml"), "dir:/nonexistent");
        Assert.Equal(1, result.ExitCode);
        AssertOneClearLine(result);
    }

    private static void AssertOneClearLine(ChildResult result)
    {
        Assert.StartsWith("plomba: ", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    private async Task<ChildResult> VerifyAsync(string policy, params string[] arguments)
    {
        DurableFile.Write(_directory.Combine("policy.json"), System.Text.Encoding.UTF8.GetBytes(policy));
        return await PlombaProgram.RunAsync(["verify", "--policy", _directory.Combine("policy.json"), .. arguments]);
    }

    // One manifest, named by nothing.
    private async Task WriteLayoutAsync(string directory)
    {
        var manifest = await File.ReadAllBytesAsync(_directory.Combine("good", "manifest.json"));
        var digest = TinyImage.DigestOf(_directory.Combine("good"));
        DurableFile.CreateDirectory(Path.Combine(directory, "blobs", "sha256"));
        DurableFile.Write(Path.Combine(directory, "blobs", "sha256", digest["sha256:".Length..]), manifest);
        var index = "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"" + digest + $"\",\"size\":{manifest.Length}" + "}]}";
        DurableFile.Write(Path.Combine(directory, "index.json"), System.Text.Encoding.UTF8.GetBytes(index));
    }
}
