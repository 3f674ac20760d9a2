using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Plomba.CommandLine;
using Plomba.Images;
using Plomba.Transfer.Signing;
using Plomba.Trust.SimpleSigning;

namespace Plomba.SelfTest;

/// <summary>A small image made on the spot: one layer with one file, a config, an OCI manifest.</summary>
internal sealed class TrialImage
{
    private readonly byte[] layer, config;

    /// <summary>Makes an image whose only file holds <paramref name="content"/>.</summary>
    public TrialImage(string content)
    {
        var tar = Tar(content);
        layer = Compress(tar);
        config = Encoding.UTF8.GetBytes(
            $$$"""{"architecture":"{{{PlatformName}}}","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["{{{Images.Digest.Sha256(tar)}}}"]}}""");
        Manifest = Encoding.UTF8.GetBytes(
            $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}","config":{{Describe(MediaTypes.OciConfig, config)}},"layers":[{{Describe("application/vnd.oci.image.layer.v1.tar+gzip", layer)}}]}""");
        Digest = Images.Digest.Sha256(Manifest);
    }

    /// <summary>The manifest's bytes.</summary>
    public byte[] Manifest { get; }

    /// <summary>The manifest's digest.</summary>
    public Digest Digest { get; }

    private static string PlatformName => System.Runtime.InteropServices.RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        _ => "amd64",
    };

    /// <summary>Pushes it as <c>latest</c> of the repository.</summary>
    public async Task PushAsync(Uri registry, string repository, CancellationToken cancellation)
    {
        using var http = new HttpClient { BaseAddress = registry };
        foreach (var blob in new[] { layer, config })
        {
            using var body = Bytes(blob, "application/octet-stream");
            await MustAsync(http.PostAsync(new Uri($"v2/{repository}/blobs/uploads/?digest={Images.Digest.Sha256(blob)}", UriKind.Relative), body, cancellation));
        }

        using var manifest = Bytes(Manifest, MediaTypes.OciManifest);
        await MustAsync(http.PutAsync(new Uri($"v2/{repository}/manifests/latest", UriKind.Relative), manifest, cancellation));
    }

    /// <summary>A simple signature of this image under a name.</summary>
    public async Task<byte[]> SignAsync(ISigner signer, string reference, CancellationToken cancellation)
    {
        var payload = new SignedPayload(Digest, reference, "plomba self-test", TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        var signed = await signer.SignAsync(payload.Write(), cancellation);
        return signed.TryGet(out var signature, out var trouble) ? signature : throw new Failure(trouble.Message, trouble.Hint);
    }

    /// <summary>Offers a signature to the registry for this image's digest; the answer is its status.</summary>
    public async Task<HttpStatusCode> OfferAsync(Uri registry, string repository, byte[] signature, CancellationToken cancellation)
    {
        using var http = new HttpClient { BaseAddress = registry };
        var name = Guid.NewGuid().ToString("N");
        using var body = Bytes(
            Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"name":"{{Digest}}@{{name}}","type":"atomic","content":"{{Convert.ToBase64String(signature)}}"}"""),
            "application/json");
        using var answer = await http.PutAsync(new Uri($"extensions/v2/{repository}/signatures/{Digest}", UriKind.Relative), body, cancellation);
        return answer.StatusCode;
    }

    private static async Task MustAsync(Task<HttpResponseMessage> request)
    {
        using var answer = await request;
        var told = await answer.Content.ReadAsStringAsync();
        if (answer.StatusCode != HttpStatusCode.Created)
            throw new Failure(Text.Say($"{answer.RequestMessage!.Method} {answer.RequestMessage.RequestUri!.AbsolutePath} was answered {(int)answer.StatusCode}: {told}"));
    }

    private static ByteArrayContent Bytes(byte[] content, string mediaType) =>
        new(content) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } };

    private static string Describe(string mediaType, byte[] content) =>
        $$"""{"mediaType":"{{mediaType}}","digest":"{{Images.Digest.Sha256(content)}}","size":{{content.Length}}}""";

    private static byte[] Tar(string content)
    {
        var output = new MemoryStream();
        using (var writer = new TarWriter(output, TarEntryFormat.Pax, leaveOpen: true))
        {
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "content")
            {
                DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)),
                ModificationTime = DateTimeOffset.UnixEpoch,
            });
        }

        return output.ToArray();
    }

    private static byte[] Compress(byte[] content)
    {
        var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest))
            gzip.Write(content);
        return output.ToArray();
    }
}
