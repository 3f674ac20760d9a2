using System.Text;
using CsCheck;
using Plomba.Images.Manifests;

namespace Plomba.Images.Tests;

public sealed class ManifestDocumentTests
{
    private const string Hex = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private const string Image = $$$"""
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","artifactType":"application/x",
        "config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"sha256:{{{Hex}}}","size":2,"data":"e30="},
        "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"sha256:{{{Hex}}}","size":7,"urls":["https://a.example/l"]}],
        "subject":{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:{{{Hex}}}","size":9},
        "annotations":{"k":"v"},"unknown":{"Config":1},"unknown":2}
        """;

    private const string Index = $$$"""
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[
        {"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:{{{Hex}}}","size":9,
        "platform":{"architecture":"arm64","os":"linux","variant":"v8","os.version":"1"},"annotations":{"a":"b"}}]}
        """;

    [Fact]
    public void An_artifact_with_an_empty_config_is_read_whole()
    {
        var image = Assert.IsType<ImageManifest>(Parse(Image));
        Assert.Equal(MediaTypes.OciManifest, image.MediaType);
        Assert.Equal(MediaTypes.OciEmpty, image.Config.MediaType);
        Assert.Equal("application/x", image.EffectiveArtifactType);
        Assert.Equal(9, image.Subject!.Size);
        Assert.Equal("v", image.Annotations["k"]);
        Assert.Equal("https://a.example/l", Assert.Single(Assert.Single(image.Layers).Urls));
        Assert.Equal([2L, 7L], image.References.Select(reference => reference.Size));
        Assert.Equal(Image, Encoding.UTF8.GetString(image.Content.Span));
    }

    [Fact]
    public void An_index_is_read_with_its_platforms()
    {
        var index = Assert.IsType<ImageIndex>(Parse(Index));
        var entry = Assert.Single(index.Manifests);
        Assert.Equal("linux/arm64/v8", entry.Platform!.ToString());
        Assert.Equal("b", entry.Annotations["a"]);
        Assert.Null(index.EffectiveArtifactType);
        Assert.Empty(((ImageIndex)Parse("""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":null}""")).Manifests);
    }

    [Fact]
    public void A_type_that_was_declared_stands_in_for_one_that_is_missing()
    {
        var bare = Image.Replace("\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"artifactType\"", "\"artifactType\"", StringComparison.Ordinal);
        Assert.Equal(MediaTypes.DockerManifest, Parse(bare, MediaTypes.DockerManifest).MediaType);
        Assert.Equal(MediaTypes.OciManifest, Parse(bare).MediaType);
        Assert.Equal("application/x", Parse(bare).ArtifactType);
    }

    [Theory]
    [InlineData("", ManifestProblem.NotJson)]
    [InlineData("null", ManifestProblem.NotJson)]
    [InlineData("{} {}", ManifestProblem.NotJson)]
    [InlineData("\uFEFF{}", ManifestProblem.NotJson)]
    [InlineData("{\"a\":\"\\ud800\",\"\\ud800\":1}", ManifestProblem.NotJson)]
    [InlineData("{}", ManifestProblem.UnsupportedMediaType)]
    [InlineData("""{"schemaVersion":1,"fsLayers":[]}""", ManifestProblem.Schema1)]
    [InlineData("""{"schemaVersion":1,"signatures":[]}""", ManifestProblem.Schema1)]
    [InlineData("""{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v1+prettyjws"}""", ManifestProblem.Schema1)]
    [InlineData("""{"schemaVersion":2,"mediaType":"application/vnd.oci.artifact.manifest.v1+json"}""", ManifestProblem.UnsupportedMediaType)]
    [InlineData("""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json"}""", ManifestProblem.Malformed)]
    [InlineData("""{"schemaVersion":2.0,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}""", ManifestProblem.Malformed)]
    public void What_is_no_manifest_is_refused_by_its_kind(string text, ManifestProblem problem) =>
        Assert.Equal(problem, Refuse(text).Problem);

    [Theory]
    [InlineData("\"size\":7", "\"size\":-7", ManifestProblem.Malformed)]
    [InlineData("\"size\":7", "\"size\":7e0", ManifestProblem.Malformed)]
    [InlineData("\"size\":7", "\"size\":9223372036854775808", ManifestProblem.Malformed)]
    [InlineData("\"size\":7", "\"size\":7,\"Size\":8", ManifestProblem.Ambiguous)]
    [InlineData("\"size\":7", "\"size\":7,\"size\":7", ManifestProblem.Ambiguous)]
    [InlineData("\"size\":7", "\"size\":7,\"\\u0073ize\":7", ManifestProblem.Ambiguous)]
    [InlineData("\"size\":7", "\"ſize\":7", ManifestProblem.Ambiguous)]
    [InlineData("\"size\":2,", "\"size\":2,\"digest\":\"sha256:../../etc\",", ManifestProblem.Ambiguous)]
    [InlineData("\"annotations\":{", "\"manifests\":[],\"annotations\":{", ManifestProblem.Ambiguous)]
    [InlineData("\"annotations\":{", "\"MANIFESTS\":[],\"annotations\":{", ManifestProblem.Ambiguous)]
    [InlineData("\"annotations\":{", "\"hiſtory\":[],\"annotations\":{", ManifestProblem.Ambiguous)]
    [InlineData("\"annotations\":{", "\"layers\":[],\"annotations\":{", ManifestProblem.Ambiguous)]
    [InlineData("\"annotations\":{", "\"MediaType\":null,\"annotations\":{", ManifestProblem.Ambiguous)]
    [InlineData("{\"k\":\"v\"}", "{\"k\":\"v\",\"k\":\"w\"}", ManifestProblem.Ambiguous)]
    [InlineData("{\"k\":\"v\"}", "{\"k\":1}", ManifestProblem.Malformed)]
    [InlineData("\"config\":{", "\"x\":{", ManifestProblem.Malformed)]
    [InlineData("sha256:" + Hex, "sha256:../../../../etc/passwd", ManifestProblem.Malformed)]
    [InlineData("\"schemaVersion\":2", "\"schemaVersion\":3", ManifestProblem.Malformed)]
    [InlineData("\"artifactType\":\"application/x\"", "\"artifactType\":[]", ManifestProblem.Malformed)]
    public void A_manifest_two_readers_could_take_differently_is_refused(string good, string bad, ManifestProblem problem)
    {
        Assert.Contains(good, Image, StringComparison.Ordinal);
        Assert.Equal(problem, Refuse(Image.Replace(good, bad, StringComparison.Ordinal)).Problem);
    }

    [Theory]
    [InlineData(MediaTypes.OciIndex, ManifestProblem.MediaTypeMismatch)]
    [InlineData(MediaTypes.DockerManifest, ManifestProblem.MediaTypeMismatch)]
    [InlineData("text/plain", ManifestProblem.UnsupportedMediaType)]
    [InlineData("", ManifestProblem.UnsupportedMediaType)]
    [InlineData(MediaTypes.DockerSchema1Signed, ManifestProblem.Schema1)]
    public void A_declared_type_must_be_known_and_agree(string declared, ManifestProblem problem) =>
        Assert.Equal(problem, Refuse(Image, declared).Problem);

    [Fact]
    public void Size_and_depth_are_limited()
    {
        var padded = Image + new string(' ', ManifestDocument.MaximumSize - Encoding.UTF8.GetByteCount(Image));
        Assert.IsType<ImageManifest>(Parse(padded));
        Assert.Equal(ManifestProblem.TooLarge, Refuse(padded + " ").Problem);
        var deep = string.Concat(Enumerable.Repeat("[", 100_000)) + string.Concat(Enumerable.Repeat("]", 100_000));
        Assert.Equal(ManifestProblem.NotJson, Refuse(Image.Replace("{\"Config\":1}", deep, StringComparison.Ordinal)).Problem);
    }

    [Fact]
    public void Only_the_sha256_of_the_bytes_matches()
    {
        var content = Encoding.UTF8.GetBytes(Image);
        Assert.True(ManifestDigest.Matches(content, Digest.Sha256(content)));
        Assert.False(ManifestDigest.Matches(content, Digest.Sha256([.. content, (byte)'\n'])));
        Assert.False(ManifestDigest.Matches(content, Digest.FromHash("sha512", System.Security.Cryptography.SHA512.HashData(content))));
        Assert.False(ManifestDigest.TryCompute("""{"schemaVersion":1,"signatures":[]}"""u8.ToArray(), out _, out var error));
        Assert.Equal(ManifestProblem.Schema1, error.Problem);
    }

    [Fact]
    public void No_change_of_bytes_makes_the_parser_throw()
    {
        byte[][] seeds = [Encoding.UTF8.GetBytes(Image), Encoding.UTF8.GetBytes(Index)];
        var structure = "{}[],:\"\\0e-"u8.ToArray();
        var change = Gen.Select(Gen.Int[0, 10_000], Gen.OneOf(Gen.Byte, Gen.Int[0, structure.Length - 1].Select(i => structure[i])));
        Gen.Select(Gen.Int[0, 1], change.Array[1, 4]).Sample((seed, changes) =>
        {
            var content = (byte[])seeds[seed].Clone();
            foreach (var (at, value) in changes)
                content[at % content.Length] = value;
            _ = ManifestFormat.Guess(content);
            _ = ManifestFormat.FindForeignMembers(content, EssentialMembers.None);
            Assert.Equal(ManifestDocument.TryParse(content, null, out var document, out var error), error is null);
            Assert.True(document is null || document.References.All(reference => reference.Size >= 0 && Digest.TryParse(reference.Digest.Text, out _)));
        });
    }

    [Fact]
    public void The_order_of_members_does_not_matter()
    {
        string[] members =
        [
            "\"schemaVersion\":2", $"\"mediaType\":\"{MediaTypes.OciIndex}\"", "\"artifactType\":\"application/y\"",
            $"\"manifests\":[{{\"mediaType\":\"{MediaTypes.OciManifest}\",\"digest\":\"sha256:{Hex}\",\"size\":9}}]",
        ];
        Gen.Shuffle(members).Sample(shuffled =>
            Assert.Equal(9, Assert.Single(((ImageIndex)Parse("{" + string.Join(',', shuffled) + "}")).Manifests).Size));
    }

    private static ManifestDocument Parse(string text, string? declared = null)
    {
        Assert.True(ManifestDocument.TryParse(Encoding.UTF8.GetBytes(text), declared, out var document, out var error), error?.Message);
        return document;
    }

    private static ManifestError Refuse(string text, string? declared = null)
    {
        Assert.False(ManifestDocument.TryParse(Encoding.UTF8.GetBytes(text), declared, out _, out var error));
        return error;
    }
}
