using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Tests.Verbs.Skopeo;

public sealed class LocalVerbsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_manifest_has_the_digest_that_skopeo_computes()
    {
        AgainstSkopeo.SkipWithoutSkopeo();
        TinyImage.Write(_directory.Combine("image"), "x");
        string[] contents = ["", "{}", "no manifest", "\0\u0001", """{"schemaVersion":2,"manifests":[]}"""];
        var files = contents.Select((content, i) =>
        {
            File.WriteAllText(_directory.Combine($"m{i}"), content);
            return _directory.Combine($"m{i}");
        });
        foreach (var file in files.Append(_directory.Combine("image", "manifest.json")))
            await AgainstSkopeo.SameAsync("manifest-digest", file);
    }

    [Fact]
    public async Task Wrong_usage_and_missing_files_exit_as_skopeo_does()
    {
        AgainstSkopeo.SkipWithoutSkopeo();
        string[][] lines =
        [
            ["manifest-digest"], ["manifest-digest", "a", "b"], ["manifest-digest", "--nope"], ["manifest-digest", _directory.Combine("none")], ["manifest-digest", _directory.Path],
            ["standalone-verify", "a", "b"], ["standalone-verify", "/nonexistent", "a", "any", "/nonexistent"],
            ["standalone-sign", "a", "b", "c"], ["standalone-sign", "/nonexistent", "b", "c", "-o", _directory.Combine("s")],
            ["list-tags", "dir:/tmp"], ["list-tags", "docker://localhost:1/a:v1"], ["list-tags", "docker://localhost:1/a"],
        ];
        foreach (var line in lines)
            await AgainstSkopeo.SameAsync(line);
    }

    [Fact]
    public async Task Each_verifies_what_the_other_signed_and_refuses_what_the_other_refuses()
    {
        AgainstSkopeo.SkipWithoutSkopeo();
        Assert.SkipUnless(ChildProcess.IsInstalled("gpg"), "gpg is not installed");
        await using var gpg = new GpgHome();
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["GNUPGHOME"] = gpg.Path };
        var key = await gpg.CreateKeyAsync("Maker <m@example.com>");
        var other = await gpg.CreateKeyAsync("Other <o@example.com>", "ed25519");
        TinyImage.Write(_directory.Combine("image"), "x");
        var manifest = _directory.Combine("image", "manifest.json");
        var changed = _directory.Combine("changed.json");
        await File.WriteAllTextAsync(changed, await File.ReadAllTextAsync(manifest, TestContext.Current.CancellationToken) + " ", TestContext.Current.CancellationToken);
        const string Name = "registry.example/ns/app:v1";
        foreach (var signer in (string[])["skopeo", PlombaProgram.Path])
        {
            var signature = _directory.Combine("signature");
            var made = await ChildProcess.RunAsync(signer, ["standalone-sign", manifest, Name, key, "-o", signature], environment: environment);
            Assert.True(made.ExitCode == 0, $"{signer}: {made.Errors}");
            Assert.Empty(made.Text);
            foreach (var (file, name, by, expected) in ((string, string, string, int)[])
                [(manifest, Name, key, 0), (changed, Name, key, 1), (manifest, "registry.example/ns/app:v2", key, 1), (manifest, Name, other, 1), (manifest, "UPPER/case", key, 1)])
            {
                var theirs = await ChildProcess.RunAsync("skopeo", ["standalone-verify", file, name, by, signature], environment: environment);
                var ours = await ChildProcess.RunAsync(PlombaProgram.Path, ["standalone-verify", file, name, by, signature], environment: environment);
                Assert.True((expected, expected) == (theirs.ExitCode, ours.ExitCode), $"{signer} {file} {name} {by}: {theirs.ExitCode} {theirs.Errors} {ours.ExitCode} {ours.Errors}");
                Assert.Equal(theirs.ExitCode == 0, ours.Text.StartsWith($"Signature verified using fingerprint {key}, digest sha256:", StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public async Task A_public_key_file_takes_the_place_of_the_home()
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("gpg"), "gpg is not installed");
        await using var gpg = new GpgHome();
        var key = await gpg.CreateKeyAsync("Maker <m@example.com>", "ed25519");
        TinyImage.Write(_directory.Combine("image"), "x");
        var (manifest, signature, keys) = (_directory.Combine("image", "manifest.json"), _directory.Combine("signature"), _directory.Combine("keys"));
        await File.WriteAllBytesAsync(keys, await gpg.ExportAsync(key), TestContext.Current.CancellationToken);
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["GNUPGHOME"] = gpg.Path };
        var made = await ChildProcess.RunAsync(PlombaProgram.Path, ["standalone-sign", manifest, "a.example/b:c", key, "--output", signature], environment: environment);
        Assert.True(made.ExitCode == 0, made.Errors);
        Assert.Equal(0, await VerifyAsync("any", "--public-key-file", keys));
        Assert.Equal(0, await VerifyAsync($"{new string('0', 40)},{key}", "--public-key-file", keys));
        Assert.Equal(1, await VerifyAsync(key.ToLowerInvariant(), "--public-key-file", keys));
        Assert.Equal(1, await VerifyAsync(key[^16..], "--public-key-file", keys));
        Assert.Equal(1, await VerifyAsync("any"));
        Assert.Equal(1, await VerifyAsync("any", "--public-key-file", manifest));
        await File.WriteAllBytesAsync(signature, [0x90, 0xff, 0xff, 0x00], TestContext.Current.CancellationToken);
        Assert.Equal(1, await VerifyAsync("any", "--public-key-file", keys));

        async Task<int> VerifyAsync(string by, params string[] more)
        {
            var result = await PlombaProgram.RunAsync(["standalone-verify", manifest, "a.example/b:c", by, signature, .. more]);
            Assert.Equal(result.ExitCode == 0, result.Errors.Length == 0);
            return result.ExitCode;
        }
    }
}
