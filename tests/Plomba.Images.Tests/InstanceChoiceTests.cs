using System.Text;
using Plomba.Images.Manifests;

namespace Plomba.Images.Tests;

public sealed class InstanceChoiceTests
{
    [Fact]
    public void The_most_capable_variant_that_runs_is_chosen()
    {
        var index = Index(MediaTypes.OciIndex, ("arm", "v5", false), ("arm", "v7", false), ("arm", "v6", false), ("arm", "", false));
        Assert.Equal(1, Choose(index, "arm", "v8"));
        Assert.Equal(2, Choose(index, "arm", "v6"));
        Assert.Equal(3, Choose(index, "arm", ""));
        Assert.Equal(3, Choose(index, "arm", "unheard-of"));
    }

    [Fact]
    public void Of_equals_in_an_oci_index_zstd_is_preferred_unless_gzip_is_asked_for()
    {
        (string, string, bool)[] entries = [("amd64", "", false), ("amd64", "", true), ("amd64", "", true)];
        Assert.Equal(1, Choose(Index(MediaTypes.OciIndex, entries), "amd64", ""));
        Assert.Equal(0, Choose(Index(MediaTypes.OciIndex, entries), "amd64", "", preferGzip: true));
        Assert.Equal(0, Choose(Index(MediaTypes.DockerManifestList, entries), "amd64", ""));
    }

    [Fact]
    public void An_entry_without_a_platform_is_the_last_resort_of_an_oci_index_only()
    {
        Assert.Equal(1, Choose(Index(MediaTypes.OciIndex, ("", "", false), ("amd64", "", false)), "amd64", ""));
        Assert.Equal(0, Choose(Index(MediaTypes.OciIndex, ("", "", false), ("arm64", "", false)), "amd64", ""));
        Assert.Null(Choose(Index(MediaTypes.DockerManifestList, ("", "", false)), "amd64", ""));
    }

    [Fact]
    public void Nothing_for_the_platform_is_said_with_what_was_asked()
    {
        var index = Index(MediaTypes.OciIndex, ("amd64", "", false));
        var selection = PlatformSelection.ForHost("windows", "amd64", "v2");
        Assert.Null(InstanceChoice.Choose(index, selection));
        Assert.Equal(
            "no image found in image index for architecture \"amd64\", variant \"v2\", OS \"windows\"",
            InstanceChoice.NotFoundMessage(index, selection));
    }

    [Fact]
    public void The_host_is_linux_and_its_variant_is_not_carried_to_another_architecture()
    {
        Assert.Equal("linux", PlatformSelection.ForHost().Asked.OperatingSystem);
        Assert.NotEmpty(PlatformSelection.ForHost().Asked.Architecture);
        Assert.Equal("linux/arm64", PlatformSelection.ForHost(architecture: "arm64").Asked.ToString());
        Assert.Equal(["", "v8"], PlatformSelection.ForHost(architecture: "arm64").Wanted.Select(one => one.Variant));
    }

    // The entry's size tells which one it is.
    private static long? Choose(ImageIndex index, string architecture, string variant, bool preferGzip = false) =>
        InstanceChoice.Choose(index, PlatformSelection.ForHost("linux", architecture, variant), preferGzip)?.Size;

    private static ImageIndex Index(string mediaType, params (string Architecture, string Variant, bool Zstd)[] entries)
    {
        var manifests = entries.Select((entry, position) =>
        {
            var platform = entry.Architecture.Length == 0
                ? ""
                : $$""","platform":{"os":"linux","architecture":"{{entry.Architecture}}","variant":"{{entry.Variant}}"}""";
            var annotations = entry.Zstd ? ""","annotations":{"io.github.containers.compression.zstd":"true"}""" : "";
            return $$"""{"mediaType":"{{MediaTypes.OciManifest}}","digest":"{{Digest.Sha256([(byte)position])}}","size":{{position}}{{platform}}{{annotations}}}""";
        });
        var text = $$"""{"schemaVersion":2,"mediaType":"{{mediaType}}","manifests":[{{string.Join(',', manifests)}}]}""";
        Assert.True(ManifestDocument.TryParse(Encoding.UTF8.GetBytes(text), null, out var document, out var error), error?.Message);
        return Assert.IsType<ImageIndex>(document);
    }
}
