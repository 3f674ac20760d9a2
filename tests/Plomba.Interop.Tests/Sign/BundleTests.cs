using System.Text;
using System.Text.Json;
using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Interop.Tests.Sign;

/// <summary>Sigstore bundles that refer to an image: ours judged by sigstore's libraries, theirs judged by us.</summary>
public sealed class BundleTests : IClassFixture<OpenServer>, IClassFixture<Verify.SignedImages>, IDisposable
{
    private const string MatchRepository = """, "signedIdentity": {"type": "matchRepository"}""";

    private readonly OpenServer server;
    private readonly Verify.SignedImages images;
    private readonly TemporaryDirectory directory = new(prefix: "bundles");

    public BundleTests(OpenServer server, Verify.SignedImages images)
    {
        (this.server, this.images) = (server, images);
        Directory.CreateDirectory(directory.Combine("registries.d"));
        File.WriteAllText(directory.Combine("registries.d", "all.yaml"), $"default-docker:\n  lookaside: file://{directory.Combine("lookaside")}\n  use-sigstore-attachments: true\n");
        File.WriteAllText(directory.Combine("pass"), "\n");
    }

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task A_bundle_of_ours_is_accepted_by_us_and_by_the_sigstore_libraries()
    {
        var manifest = await server.PushImageAsync(server.Name, "ours/app", "v1", "ours");
        var key = await KeyAsync();
        var image = $"{server.Name}/ours/app:v1";
        Assert.Equal(3, (await VerifyAsync(image, $"{key}.pub")).ExitCode);
        var signed = await SignAsync(image, key);
        Assert.True(signed.ExitCode == 0, signed.Errors);
        var verified = await VerifyAsync(image, $"{key}.pub", more: "--explain");
        Assert.True(verified.ExitCode == 0, verified.Text);
        Assert.Contains("sigstore-bundle: accepted", verified.Text, StringComparison.Ordinal);
        Assert.Contains("already", (await SignAsync(image, key)).Errors, StringComparison.Ordinal);

        var bundle = await BundleAsync("ours/app", manifest);
        await SigstoreNode.RequireAsync();
        Assert.Null(await SigstoreNode.VerifyAsync(bundle, $"{key}.pub"));
        var other = await KeyAsync("other");
        Assert.Contains("key not found", await SigstoreNode.VerifyAsync(bundle, $"{other}.pub"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registry_without_referrers_gets_the_index_that_stands_in_for_them()
    {
        Assert.SkipUnless(Verify.SignedImages.Missing.Length == 0, $"not installed: {Verify.SignedImages.Missing}");
        var manifest = await server.PushImageAsync(images.Registry, "old/app", "v1", "old");
        var (first, second) = (await KeyAsync(), await KeyAsync("second"));
        var image = $"{images.Registry}/old/app:v1";
        Assert.Equal(0, (await SignAsync(image, first)).ExitCode);
        Assert.Equal(0, (await SignAsync(image, second)).ExitCode);
        Assert.Equal(0, (await VerifyAsync(image, $"{first}.pub")).ExitCode);
        Assert.Equal(0, (await VerifyAsync(image, $"{second}.pub")).ExitCode);
        var tag = OpenServer.Digest(manifest).Replace(':', '-');
        var index = JsonDocument.Parse(await server.GetAsync(images.Registry, $"/v2/old/app/manifests/{tag}", "application/vnd.oci.image.index.v1+json")).RootElement;
        Assert.Equal(2, index.GetProperty("manifests").GetArrayLength());
        Assert.All(index.GetProperty("manifests").EnumerateArray(), m => Assert.Equal("application/vnd.dev.sigstore.bundle.v0.3+json", m.GetProperty("artifactType").GetString()));
    }

    [Fact]
    public async Task A_statement_by_the_sigstore_libraries_that_names_no_image_counts_for_its_repository_only()
    {
        await SigstoreNode.RequireAsync();
        var manifest = await server.PushImageAsync(server.Name, "theirs/app", "v1", "theirs");
        var key = await AttachTheirsAsync("theirs/app", manifest, "dsse", Statement(manifest));
        var image = $"{server.Name}/theirs/app:v1";
        Assert.Equal(0, (await VerifyAsync(image, key, MatchRepository)).ExitCode);
        var refused = await VerifyAsync(image, key);
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains($"Signature for identity \"{server.Name}/theirs/app\" is not accepted", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_statement_that_names_the_image_counts_for_that_name()
    {
        await SigstoreNode.RequireAsync();
        var manifest = await server.PushImageAsync(server.Name, "named/app", "v1", "named");
        var image = $"{server.Name}/named/app:v1";
        var key = await AttachTheirsAsync("named/app", manifest, "dsse", Statement(manifest, name: image));
        Assert.Equal(0, (await VerifyAsync(image, key)).ExitCode);

        var moved = await server.PushImageAsync(server.Name, "moved/app", "v1", "named");
        var stolen = await File.ReadAllBytesAsync(directory.Combine("bundle.json"));
        await server.AttachAsync("moved/app", moved, stolen);
        Assert.Equal(3, (await VerifyAsync($"{server.Name}/moved/app:v1", key, MatchRepository)).ExitCode);
    }

    [Fact]
    public async Task A_signature_of_the_manifest_itself_counts_for_its_repository()
    {
        await SigstoreNode.RequireAsync();
        var manifest = await server.PushImageAsync(server.Name, "message/app", "v1", "message");
        var key = await AttachTheirsAsync("message/app", manifest, "message", manifest);
        Assert.Equal(0, (await VerifyAsync($"{server.Name}/message/app:v1", key, MatchRepository)).ExitCode);
    }

    [Fact]
    public async Task What_is_for_another_manifest_or_says_something_else_is_no_signature()
    {
        await SigstoreNode.RequireAsync();
        var other = await server.PushImageAsync(server.Name, "wrong/app", "v0", "another");
        var manifest = await server.PushImageAsync(server.Name, "wrong/app", "v1", "wrong");
        var image = $"{server.Name}/wrong/app:v1";
        var key = await AttachTheirsAsync("wrong/app", manifest, "dsse", Statement(other));
        var refused = await VerifyAsync(image, key, MatchRepository);
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains($"Signature for digest {OpenServer.Digest(other)} does not match", refused.Text, StringComparison.Ordinal);

        // Marked as a signature in the list, but no signature inside.
        var provenance = await server.PushImageAsync(server.Name, "slsa/app", "v1", "slsa");
        key = await AttachTheirsAsync("slsa/app", provenance, "dsse", Statement(provenance, "https://slsa.dev/provenance/v1"));
        refused = await VerifyAsync($"{server.Name}/slsa/app:v1", key, MatchRepository);
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("A signature was required, but no signature exists", refused.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not JSON")]
    [InlineData("{}")]
    [InlineData("""{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"publicKey":{}},"dsseEnvelope":{"payload":"e30=","payloadType":"application/vnd.in-toto+json","signatures":[]}}""")]
    [InlineData("""{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"publicKey":{}}}""")]
    public async Task A_broken_bundle_beside_a_good_signature_spoils_nothing(string broken)
    {
        var name = $"broken{broken.Length}/app";
        var manifest = await server.PushImageAsync(server.Name, name, "v1", name);
        await server.AttachAsync(name, manifest, Encoding.UTF8.GetBytes(broken));
        var key = await KeyAsync();
        var image = $"{server.Name}/{name}:v1";
        Assert.Equal(3, (await VerifyAsync(image, $"{key}.pub")).ExitCode);
        Assert.Equal(0, (await SignAsync(image, key)).ExitCode);
        Assert.Equal(0, (await VerifyAsync(image, $"{key}.pub")).ExitCode);
    }

    private static byte[] Statement(byte[] manifest, string predicate = "https://sigstore.dev/cosign/sign/v1", string? name = null)
    {
        var digest = OpenServer.Digest(manifest)["sha256:".Length..];
        var named = name is null ? "" : $"\"name\":\"{name}\",";
        return Encoding.UTF8.GetBytes(
            $$$"""{"_type":"https://in-toto.io/Statement/v1","subject":[{{{{named}}}"digest":{"sha256":"{{{digest}}}"},"annotations":{}}],"predicateType":"{{{predicate}}}","predicate":{}}""");
    }

    private async Task<string> AttachTheirsAsync(string repository, byte[] manifest, string kind, byte[] content)
    {
        await File.WriteAllBytesAsync(directory.Combine("content"), content);
        await SigstoreNode.SignAsync(kind, directory.Combine("content"), directory.Combine("theirs.pub"), directory.Combine("bundle.json"));
        await server.AttachAsync(repository, manifest, await File.ReadAllBytesAsync(directory.Combine("bundle.json")));
        return directory.Combine("theirs.pub");
    }

    private async Task<string> BundleAsync(string repository, byte[] manifest)
    {
        var index = JsonDocument.Parse(await server.GetAsync(server.Name, $"/v2/{repository}/referrers/{OpenServer.Digest(manifest)}")).RootElement;
        var referrer = Assert.Single(index.GetProperty("manifests").EnumerateArray());
        Assert.Equal("https://sigstore.dev/cosign/sign/v1", referrer.GetProperty("annotations").GetProperty("dev.sigstore.bundle.predicateType").GetString());
        var attached = JsonDocument.Parse(await server.GetAsync(server.Name, $"/v2/{repository}/manifests/{referrer.GetProperty("digest").GetString()}")).RootElement;
        var file = directory.Combine("ours.json");
        await File.WriteAllTextAsync(file, await server.GetAsync(server.Name, $"/v2/{repository}/blobs/{attached.GetProperty("layers")[0].GetProperty("digest").GetString()}"));
        return file;
    }

    private async Task<string> KeyAsync(string name = "key")
    {
        var prefix = directory.Combine(name);
        var result = await PlombaProgram.RunAsync("key", "new", "--type", "sigstore", "-o", prefix, "--passphrase-file", directory.Combine("pass"));
        Assert.True(result.ExitCode == 0, result.Errors);
        return prefix;
    }

    private Task<ChildResult> SignAsync(string image, string key) => PlombaProgram.RunAsync(
        "sign", "--registries.d", directory.Combine("registries.d"), "--tls-verify=false", "--sign-passphrase-file", directory.Combine("pass"),
        "--sign-by-sigstore-private-key", $"{key}.key", "--bundle", image);

    private async Task<ChildResult> VerifyAsync(string image, string publicKey, string identity = "", params string[] more)
    {
        await File.WriteAllTextAsync(directory.Combine("policy.json"), $$$"""{"default": [{"type": "sigstoreSigned", "keyPath": "{{{publicKey}}}"{{{identity}}} }]}""");
        return await PlombaProgram.RunAsync(
            ["verify", "--policy", directory.Combine("policy.json"), "--registries.d", directory.Combine("registries.d"), "--tls-verify=false", .. more, image]);
    }
}
