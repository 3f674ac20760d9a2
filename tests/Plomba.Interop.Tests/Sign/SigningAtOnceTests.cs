using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Interop.Tests.Sign;

/// <summary>Several makers sign one image at the same moment, each with a program of its own: no signature may be lost.</summary>
public sealed class SigningAtOnceTests : IClassFixture<OpenServer>, IClassFixture<Verify.SignedImages>, IDisposable
{
    private const int Makers = 4;
    private const string OciManifest = "application/vnd.oci.image.manifest.v1+json";

    private readonly OpenServer server;
    private readonly Verify.SignedImages images;
    private readonly TemporaryDirectory directory = new(prefix: "at-once");

    public SigningAtOnceTests(OpenServer server, Verify.SignedImages images)
    {
        (this.server, this.images) = (server, images);
        Directory.CreateDirectory(directory.Combine("registries.d"));
        File.WriteAllText(directory.Combine("registries.d", "all.yaml"), "default-docker:\n  use-sigstore-attachments: true\n");
        File.WriteAllText(directory.Combine("pass"), "\n");
    }

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public async Task Every_signature_stays(bool isOurServer, bool isBundle)
    {
        Assert.SkipUnless(isOurServer || Verify.SignedImages.Missing.Length == 0, $"not installed: {Verify.SignedImages.Missing}");
        var registry = isOurServer ? server.Name : images.Registry;
        var keys = await Task.WhenAll(Enumerable.Range(0, Makers).Select(n => KeyAsync($"maker{n}")));
        var repository = $"at-once/{(isBundle ? "bundle" : "attachment")}";
        var manifest = await server.PushImageAsync(registry, repository, "v1", repository);
        var signed = await Task.WhenAll(keys.Select(key => SignAsync($"{registry}/{repository}:v1", key, isBundle)));
        Assert.All(signed, result => Assert.True(result.ExitCode == 0, result.Errors));

        var tag = OpenServer.Digest(manifest).Replace(':', '-');
        var (path, type, member) = isBundle ? (tag, "application/vnd.oci.image.index.v1+json", "manifests") : ($"{tag}.sig", OciManifest, "layers");
        var stored = JsonDocument.Parse(await server.GetAsync(registry, $"/v2/{repository}/manifests/{path}", type)).RootElement.GetProperty(member);
        Assert.Equal(Makers, stored.GetArrayLength());
    }

    [Fact]
    public async Task Our_server_moves_a_tag_only_from_where_the_client_saw_it()
    {
        var first = await server.PushImageAsync(server.Name, "at-once/conditions", "v1", "first");
        var second = await server.PushImageAsync(server.Name, "at-once/conditions", "v2", "second");
        using var http = new HttpClient();
        foreach (var (tag, header, value, expected) in ((string, string, string, HttpStatusCode)[])
            [
                ("v1", "If-None-Match", "*", HttpStatusCode.PreconditionFailed),
                ("v1", "If-Match", $"\"{OpenServer.Digest(second)}\"", HttpStatusCode.PreconditionFailed),
                ("new", "If-Match", $"\"{OpenServer.Digest(second)}\"", HttpStatusCode.PreconditionFailed),
                ("v1", "If-Match", "\"nonsense\"", HttpStatusCode.BadRequest),
                ("v1", "If-Match", "*", HttpStatusCode.BadRequest),
                ("v1", "If-Match", $"\"{OpenServer.Digest(first)}\"", HttpStatusCode.Created),
                ("new", "If-None-Match", "*", HttpStatusCode.Created),
                ("new", "If-None-Match", "*", HttpStatusCode.PreconditionFailed),
            ])
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, $"http://{server.Name}/v2/at-once/conditions/manifests/{tag}") { Content = new ByteArrayContent(second) };
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(OciManifest);
            request.Headers.TryAddWithoutValidation(header, value);
            using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal((tag, header, value, expected), (tag, header, value, answer.StatusCode));
            if (expected == HttpStatusCode.Created)
                Assert.Equal($"\"{OpenServer.Digest(second)}\"", answer.Headers.ETag?.Tag);
        }
    }

    private async Task<string> KeyAsync(string name)
    {
        var prefix = directory.Combine(name);
        var made = await PlombaProgram.RunAsync("key", "new", "--type", "sigstore", "-o", prefix, "--passphrase-file", directory.Combine("pass"));
        Assert.True(made.ExitCode == 0, made.Errors);
        return prefix;
    }

    private Task<ChildResult> SignAsync(string image, string key, bool isBundle) => PlombaProgram.RunAsync(
    [
        "sign", "--tls-verify=false", "--registries.d", directory.Combine("registries.d"), "--sign-by-sigstore-private-key", $"{key}.key",
        "--sign-passphrase-file", directory.Combine("pass"), .. isBundle ? (string[])["--bundle"] : [], image,
    ]);
}
