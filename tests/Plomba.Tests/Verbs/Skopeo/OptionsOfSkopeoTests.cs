using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Tests.Verbs.Skopeo;

/// <summary>Every option of skopeo 1.9.3's local verbs and of list-tags, global ones before and after the verb.</summary>
public sealed class OptionsOfSkopeoTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public static TheoryData<string> Global =>
    [
        "--debug=false", "--debug=0", "--insecure-policy", "--insecure-policy=true", "--insecure-policy=nope", "--policy /none", "--policy=", "--policy a --policy b",
        "--registries.d /none", "--registries.d=/none", "--registries-conf /none", "--override-os x", "--override-arch y", "--override-variant z", "--tmpdir /none", "--tmpdir /tmp",
        "--command-timeout 1m30s", "--command-timeout 5000ms", "--command-timeout 0", "--command-timeout 1.5h", "--command-timeout 5", "--tls-verify=false",
    ];

    public static TheoryData<string> OfListTags =>
    [
        "--creds x:y --no-creds", "--username x", "--password y", "--username x --password y", "--username x --password y --no-creds", "--username x --password y --creds x:y", "--creds :y",
        "--retry-times 2", "--retry-times x", "--no-creds", "--no-creds=1", "--tls-verify", "--tls-verify=0", "--tls-verify=no", "--authfile /none", "--cert-dir /none", "--registry-token t", "--nope",
    ];

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Global))]
    public async Task A_global_option_is_taken_before_and_after_the_verb(string options)
    {
        AgainstSkopeo.SkipWithoutSkopeo();
        await File.WriteAllTextAsync(_directory.Combine("m"), "{}", TestContext.Current.CancellationToken);
        var words = options.Split(' ');
        await AgainstSkopeo.SameAsync([.. words, "manifest-digest", _directory.Combine("m")]);
        await AgainstSkopeo.SameAsync(["manifest-digest", .. words, _directory.Combine("m")]);
        await AgainstSkopeo.SameAsync(["manifest-digest", _directory.Combine("m"), .. words]);
    }

    [Theory]
    [MemberData(nameof(OfListTags))]
    public async Task An_option_of_list_tags_is_taken_or_refused_as_skopeo_does(string options)
    {
        AgainstSkopeo.SkipWithoutSkopeo();
        await File.WriteAllTextAsync(_directory.Combine("manifest.json"), """[{"RepoTags":["a:1"]}]""", TestContext.Current.CancellationToken);
        await ChildProcess.RunAsync("tar", ["-C", _directory.Path, "-cf", _directory.Combine("a.tar"), "manifest.json"]);
        await AgainstSkopeo.SameAsync(["list-tags", .. options.Split(' '), $"docker-archive:{_directory.Combine("a.tar")}"]);
    }

    [Theory]
    [InlineData("docker:x")]
    [InlineData("docker://")]
    [InlineData("docker://UPPER")]
    [InlineData("docker://x:1")]
    [InlineData("docker-archive:")]
    [InlineData("docker-archive")]
    [InlineData("nope:x")]
    [InlineData("x")]
    [InlineData("oci:/tmp")]
    [InlineData("containers-storage:x")]
    public async Task What_has_no_tags_is_refused(string source)
    {
        AgainstSkopeo.SkipWithoutSkopeo();
        await AgainstSkopeo.SameAsync("list-tags", source);
    }

    [Fact]
    public async Task Standard_input_and_output_are_files()
    {
        await File.WriteAllTextAsync(_directory.Combine("m"), "{}", TestContext.Current.CancellationToken);
        foreach (var line in (string[])["cat $0 | $1 manifest-digest /dev/stdin", "$1 manifest-digest <(cat $0)", "$1 manifest-digest /dev/stdin < $0"])
        {
            var result = await ChildProcess.RunAsync("bash", ["-c", line, _directory.Combine("m"), PlombaProgram.Path]);
            Assert.Equal("sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\n", result.Text);
        }

        Assert.SkipUnless(ChildProcess.IsInstalled("gpg"), "gpg is not installed");
        await using var gpg = new GpgHome();
        var key = await gpg.CreateKeyAsync("Maker <m@example.com>", "ed25519");
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["GNUPGHOME"] = gpg.Path };
        var signed = await ChildProcess.RunAsync(
            "bash", ["-c", "$1 standalone-sign $0 a.example/b:c $2 -o /dev/stdout | $1 standalone-verify $0 a.example/b:c $2 /dev/stdin", _directory.Combine("m"), PlombaProgram.Path, key], environment: environment);
        Assert.StartsWith($"Signature verified using fingerprint {key}", signed.Text, StringComparison.Ordinal);
        Assert.True(File.Exists("/dev/stdout"));
    }
}
