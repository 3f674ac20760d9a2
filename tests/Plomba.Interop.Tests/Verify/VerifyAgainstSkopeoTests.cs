using System.Text.Json;
using Plomba.Testing;

namespace Plomba.Interop.Tests.Verify;

/// <summary>Each verdict beside real skopeo's on the same registry, the same signatures and the same policy.</summary>
public sealed class VerifyAgainstSkopeoTests(SignedImages images) : IClassFixture<SignedImages>
{
    private const int Accepted = 0;
    private const int Undecided = 1;
    private const int Refused = 3;

    [Fact]
    public async Task A_signature_by_the_key_for_the_name_is_accepted()
    {
        var question = await LayOutAsync(i => images.SignAsync("maker", i));
        await AgreeAsync(question.SignedBy("maker"), Accepted);
    }

    [Fact]
    public async Task An_unsigned_image_is_refused()
    {
        var question = await LayOutAsync();
        await AgreeAsync(question.SignedBy("maker"), Refused, "none");
    }

    [Fact]
    public async Task A_signature_by_another_key_is_refused()
    {
        var question = await LayOutAsync(i => images.SignAsync("other", i));
        await AgreeAsync(question.SignedBy("maker"), Refused, "unknownKey");
    }

    [Fact]
    public async Task A_signature_for_another_name_is_refused()
    {
        var question = await LayOutAsync(_ => images.SignAsync("maker", $"{images.Registry}/other/app:v1"));
        await AgreeAsync(question.SignedBy("maker"), Refused, "identity");
    }

    [Fact]
    public async Task A_signature_for_another_manifest_is_refused()
    {
        var question = await LayOutAsync(i => images.SignAsync("maker", i, $"sha256:{new string('0', 64)}"));
        await AgreeAsync(question.SignedBy("maker"), Refused, "digest");
    }

    [Fact]
    public async Task A_tampered_signature_is_refused()
    {
        // Not compressed, the end of the message is the RSA number itself; what a flipped bit of compressed data does is chance.
        var question = await LayOutAsync(async i => Tampered(await images.SignAsync("maker", i, null, "--compress-algo", "none")));
        await AgreeAsync(question.SignedBy("maker"), Refused);
    }

    [Fact]
    public async Task A_payload_of_another_shape_is_refused()
    {
        var question = await LayOutAsync(_ => images.SignBytesAsync("maker", "{\"critical\":{}}"u8.ToArray()));
        await AgreeAsync(question.SignedBy("maker"), Refused, "malformed");
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("empty")]
    public async Task A_key_file_without_keys_refuses_everything(string key)
    {
        var question = await LayOutAsync(i => images.SignAsync("maker", i));
        await AgreeAsync(question.SignedBy(key), Refused, "key");
    }

    [Fact]
    public async Task A_missing_key_file_leaves_it_undecided()
    {
        var question = await LayOutAsync(i => images.SignAsync("maker", i));
        await AgreeAsync(question.SignedBy("missing"), Undecided);
    }

    [Fact]
    public async Task An_expired_key_is_refused()
    {
        var question = await LayOutAsync(i => images.SignAsync("expired", i));
        await AgreeAsync(question.SignedBy("expired"), Refused, "expired");
    }

    [Fact]
    public async Task A_revoked_key_is_refused()
    {
        var question = await LayOutAsync(i => images.SignAsync("revoked", i));
        await AgreeAsync(question.SignedBy("revoked"), Refused, "revoked");
    }

    [Fact]
    public async Task One_good_signature_among_bad_ones_is_enough()
    {
        var question = await LayOutAsync(i => images.SignAsync("other", i), i => images.SignAsync("maker", i));
        await AgreeAsync(question.SignedBy("maker"), Accepted);
    }

    [Fact]
    public async Task Several_bad_signatures_are_refused_together()
    {
        var question = await LayOutAsync(
            i => images.SignAsync("maker", i + "2"), i => images.SignAsync("maker", i, $"sha256:{new string('0', 64)}"));
        await AgreeAsync(question.SignedBy("maker"), Refused);
    }

    [Fact]
    public async Task The_default_of_the_policy_rejects_other_registries()
    {
        var question = await LayOutAsync(i => images.SignAsync("maker", i));
        question.SignedBy("maker");
        await File.WriteAllTextAsync(question.Policy, """{"default": [{"type": "reject"}]}""");
        await AgreeAsync(question, Refused, "policy");
    }

    [Fact]
    public async Task Another_identity_is_accepted_when_the_policy_says_so()
    {
        var question = await LayOutAsync(_ => images.SignAsync("maker", "example.com/vendor/app:v7"));
        await AgreeAsync(question.SignedBy("maker", """{"type": "exactRepository", "dockerRepository": "example.com/vendor/app"}"""), Accepted);
        await AgreeAsync(question.SignedBy("maker", """{"type": "matchExact"}"""), Refused, "identity");
    }

    [Fact]
    public async Task Any_tags_signature_is_good_for_a_digest()
    {
        var question = await LayOutAsync(i => images.SignAsync("maker", i + "-other"));
        await AgreeAsync(question.SignedBy("maker"), Refused, "identity");
        await AgreeAsync(question, Accepted, image: $"docker://{question.Repository}@{images.Digest}");
    }

    [Theory]
    [InlineData("<html>", Undecided)]
    [InlineData("", Undecided)]
    [InlineData("-----BEGIN PGP MESSAGE-----", Undecided)]
    public async Task A_stored_blob_that_is_no_signature_spoils_the_list(string blob, int exitCode)
    {
        var question = await LayOutAsync(i => images.SignAsync("maker", i), _ => Task.FromResult(System.Text.Encoding.UTF8.GetBytes(blob)));
        await AgreeAsync(question.SignedBy("maker"), exitCode);
    }

    [Fact]
    public async Task An_image_that_is_not_there_is_undecided()
    {
        var question = await LayOutAsync();
        await AgreeAsync(question.SignedBy("maker"), Undecided, image: $"docker://{question.Repository}:v9", compareText: false);
    }

    [Fact]
    public async Task Signatures_that_skopeo_makes_are_accepted()
    {
        var question = await LayOutAsync();
        question.SignedBy("maker");
        await File.WriteAllTextAsync(
            Path.Combine(question.RegistriesD, "test.yaml"), $"default-docker:\n  lookaside: file://{question.RegistriesD}/store\n");
        await images.Home.MustAsync(
            "skopeo", "--insecure-policy", "--registries.d", question.RegistriesD, "copy", "--src-tls-verify=false", "--dest-tls-verify=false",
            "--sign-by", "maker@example.com", question.Image, question.Image);
        await AgreeAsync(question, Accepted);
    }

    [Fact]
    public async Task A_proxy_is_not_asked_for_what_is_on_this_machine()
    {
        var question = await LayOutAsync(i => images.SignAsync("maker", i));
        var nobody = $"http://127.0.0.1:{RunningProgram.FreePort()}";
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["HTTP_PROXY"] = nobody, ["HTTPS_PROXY"] = nobody, ["http_proxy"] = nobody, ["NO_PROXY"] = null };
        var result = await question.SignedBy("maker").PlombaAsync(environment);
        Assert.True(result.ExitCode == Accepted, result.Text + result.Errors);
    }

    private async Task<VerifyCase> LayOutAsync(params Func<string, Task<byte[]>>[] signatures)
    {
        Assert.SkipUnless(SignedImages.Missing.Length == 0, $"not installed: {SignedImages.Missing}");
        var question = await images.LayOutAsync();
        foreach (var (index, sign) in signatures.Index())
            await question.StoreAsync(index + 1, await sign($"{question.Repository}:v1"));
        return question;
    }

    private static async Task AgreeAsync(VerifyCase question, int exitCode, string? reason = null, string? image = null, bool compareText = true)
    {
        var skopeo = await question.SkopeoAsync(image);
        Assert.Equal(exitCode == Accepted, skopeo.ExitCode == 0);
        var plomba = await question.PlombaAsync(image ?? question.Image, ["--output", "json"]);
        Assert.True(plomba.ExitCode == exitCode, $"exit {plomba.ExitCode}: {plomba.Text}{plomba.Errors}\nskopeo: {skopeo.Reason}");
        var verdict = JsonDocument.Parse(plomba.Output).RootElement[0];
        Assert.Equal(exitCode, verdict.GetProperty("exitCode").GetInt32());
        if (exitCode == Accepted)
            return;
        var message = verdict.GetProperty("message").GetString()!;
        if (compareText)
            Assert.Equal(Comparable($"Source image rejected: {skopeo.Reason}"), Comparable(message));
        if (reason is not null)
            Assert.Equal(reason, Reason(verdict));
    }

    // gpgme's dump is its own: what stands before it is compared. Older skopeo does not quote identities.
    private static string Comparable(string message)
    {
        message = message.Replace("\"", "", StringComparison.Ordinal);
        var dump = message.IndexOf("Invalid GPG signature: ", StringComparison.Ordinal);
        return dump < 0 ? message : message[..(dump + "Invalid GPG signature: ".Length)];
    }

    // The one signature's reason, or what the absence of signatures stands for.
    private static string Reason(JsonElement verdict)
    {
        var signatures = verdict.GetProperty("requirements")[0].GetProperty("signatures");
        if (signatures.GetArrayLength() > 0)
            return signatures[0].GetProperty("reason").GetString()!;
        return verdict.GetProperty("requirements")[0].GetProperty("type").GetString() == "reject" ? "policy" : "none";
    }

    private static byte[] Tampered(byte[] signature)
    {
        signature[^20] ^= 0x40;
        return signature;
    }
}
