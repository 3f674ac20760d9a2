using Plomba.Files;
using Plomba.Images;
using Plomba.Trust.SimpleSigning;
using Plomba.Trust.Sigstore;

namespace Plomba.Interop.Tests.Verify;

/// <summary>
/// Signatures by key files of ours, which real skopeo carries into a real registry as attachments; OpenSSL is the second
/// judge of the cryptography, skopeo of what needs none (Debian builds it without sigstore's cryptography).
/// </summary>
public sealed class SigstoreAttachmentTests(SignedImages images) : IClassFixture<SignedImages>, IDisposable
{
    private const string MatchRepository = """, "signedIdentity": {"type": "matchRepository"}""";
    private const string WrongKey = "cryptographic signature verification failed: invalid signature when validating ASN.1 encoded signature";

    private readonly TemporaryDirectory _keys = new(prefix: "sigstore");
    private readonly Dictionary<string, SigstoreSecretKey> _secrets = new(StringComparer.Ordinal);

    public void Dispose()
    {
        foreach (var key in _secrets.Values)
            key.Dispose();
        _keys.Dispose();
    }

    [Fact]
    public async Task A_signature_by_the_key_is_accepted()
    {
        var question = await LayOutAsync("maker");
        await DecideAsync(question.Require(SignedBy("maker")), 0);
    }

    [Fact]
    public async Task OpenSsl_finds_our_signatures_good_too()
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("openssl"), "openssl is not installed");
        var payload = "payload"u8.ToArray();
        await File.WriteAllBytesAsync(_keys.Combine("payload"), payload);
        await File.WriteAllBytesAsync(_keys.Combine("signature"), Key("maker").Sign(payload));
        _ = SignedBy("maker");
        var result = await ChildProcess.RunAsync(
            "openssl", ["dgst", "-sha256", "-verify", _keys.Combine("maker.pub"), "-signature", _keys.Combine("signature"), _keys.Combine("payload")]);
        Assert.Equal("Verified OK", result.Text.Trim());
    }

    [Fact]
    public async Task An_unsigned_image_is_refused_as_skopeo_does()
    {
        var question = await LayOutAsync();
        await AgreeAsync(question.Require(SignedBy("maker")), 3);
    }

    [Fact]
    public async Task Attachments_that_are_switched_off_are_not_read_as_skopeo_does()
    {
        var question = await LayOutAsync("maker");
        question.Lookaside($"file://{question.LookasideDirectory}");
        await AgreeAsync(question.Require(SignedBy("maker")), 3);
    }

    [Fact]
    public async Task One_of_several_signatures_is_enough()
    {
        var question = await LayOutAsync("other", "maker");
        await DecideAsync(question.Require(SignedBy("maker")), 0);
        await DecideAsync(question.Require(SignedBy("third")), 3, $"None of the signatures were accepted, reasons: {WrongKey}; {WrongKey}");
    }

    [Fact]
    public async Task A_signature_by_another_key_is_refused()
    {
        var question = await LayOutAsync("other");
        await DecideAsync(question.Require(SignedBy("maker")), 3, WrongKey);
    }

    [Fact]
    public async Task A_signature_for_another_tag_counts_for_the_repository_only()
    {
        var question = await LayOutAsync("maker");
        var moved = question.Image[..^2] + "v2";
        await images.Home.MustAsync(
            "skopeo", "--insecure-policy", "copy", "--src-tls-verify=false", "--dest-tls-verify=false", "--remove-signatures", question.Image, moved);
        await DecideAsync(question.Require(SignedBy("maker")), 3, $"Signature for identity \"{question.Repository}:v1\" is not accepted", moved);
        await DecideAsync(question.Require(SignedBy("maker", MatchRepository)), 0, image: moved);
    }

    [Fact]
    public async Task A_key_file_that_holds_or_is_none_leaves_it_undecided()
    {
        var question = await LayOutAsync("maker");
        await File.WriteAllTextAsync(_keys.Combine("private"), Key("maker").Write("x"u8));
        await DecideAsync(question.Require(Requirement(_keys.Combine("private"), "")), 1, "unknown Public key PEM file type: ENCRYPTED COSIGN PRIVATE KEY.");
        await DecideAsync(question.Require(Requirement(_keys.Combine("missing"), "")), 1, "no such file or directory");
    }

    [Fact]
    public async Task Both_kinds_of_signatures_can_be_asked_for()
    {
        var question = await LayOutAsync("maker");
        var both = $$$"""{{{SignedBy("maker")}}}, {"type": "signedBy", "keyType": "GPGKeys", "keyPath": "{{{images.Key("maker")}}}"}""";
        await DecideAsync(question.Require(both), 3, "A signature was required, but no signature exists");
        await question.StoreAsync(1, await images.SignAsync("maker", $"{question.Repository}:v1"));
        await DecideAsync(question.Require(both), 0);
    }

    private async Task<VerifyCase> LayOutAsync(params string[] keys)
    {
        Assert.SkipUnless(SignedImages.Missing.Length == 0, $"not installed: {SignedImages.Missing}");
        var question = await images.LayOutAsync();
        question.Lookaside($"file://{question.LookasideDirectory}\n  use-sigstore-attachments: true");
        if (keys.Length > 0)
            await AttachAsync(question, keys);
        return question;
    }

    private async Task AttachAsync(VerifyCase question, string[] keys)
    {
        using var directory = new TemporaryDirectory(prefix: "attach");
        var layout = directory.Combine("image");
        await images.Home.MustAsync("skopeo", "--insecure-policy", "copy", "--src-tls-verify=false", question.Image, $"dir:{layout}");
        Assert.True(Digest.TryParse(images.Digest, out var digest));
        foreach (var (index, key) in keys.Index())
        {
            var payload = new SigstorePayload(digest, $"{question.Repository}:v1").Write("plomba test", TimeProvider.System.GetUtcNow());
            await File.WriteAllBytesAsync(Path.Combine(layout, $"signature-{index + 1}"), StoredBlob.Write(Key(key).SignPayload(payload)));
        }

        await images.Home.MustAsync(
            "skopeo", "--insecure-policy", "--registries.d", question.RegistriesD, "copy", "--dest-tls-verify=false", $"dir:{layout}", question.Image);
    }

    private SigstoreSecretKey Key(string name)
    {
        if (!_secrets.TryGetValue(name, out var key))
            _secrets[name] = key = SigstoreSecretKey.Create();
        return key;
    }

    private string SignedBy(string key, string more = "")
    {
        var path = _keys.Combine($"{key}.pub");
        File.WriteAllText(path, Key(key).PublicKeyPem);
        return Requirement(path, more);
    }

    private static string Requirement(string path, string more) => $$$"""{"type": "sigstoreSigned", "keyPath": "{{{path}}}"{{{more}}} }""";

    private static async Task DecideAsync(VerifyCase question, int exitCode, string message = "", string? image = null)
    {
        var result = await question.PlombaAsync(image ?? question.Image, []);
        Assert.True(exitCode == result.ExitCode, $"{result.ExitCode} {result.Text} {result.Errors}");
        Assert.Contains(message, result.Text + result.Errors, StringComparison.Ordinal);
    }

    private static async Task AgreeAsync(VerifyCase question, int exitCode)
    {
        var skopeo = await question.SkopeoAsync();
        Assert.Equal(exitCode == 0, skopeo.ExitCode == 0);
        await DecideAsync(question, exitCode, $"Source image rejected: {skopeo.Reason}");
    }
}
