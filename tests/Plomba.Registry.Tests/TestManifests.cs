using System.Text;
using Plomba.Images;

namespace Plomba.Registry.Tests;

/// <summary>Manifests written by hand, so that their bytes are known.</summary>
internal static class TestManifests
{
    public const string OciLayer = "application/vnd.oci.image.layer.v1.tar";

    public static byte[] Image(Digest config, Digest layer, Digest? subject = null, string? artifactType = null, string extra = "") => Encoding.UTF8.GetBytes(
        $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}",{{Artifact(artifactType)}}"config":{{Descriptor(MediaTypes.OciConfig, config)}},"layers":[{{Descriptor(OciLayer, layer)}}]{{Subject(subject)}}{{extra}}}""");

    public static byte[] Index(string type, params Digest[] children) => Encoding.UTF8.GetBytes(
        $$"""{"schemaVersion":2,"mediaType":"{{type}}","manifests":[{{string.Join(',', children.Select(c => Descriptor(MediaTypes.OciManifest, c)))}}]}""");

    public static string Descriptor(string type, Digest digest, long size = 7) =>
        $$"""{"mediaType":"{{type}}","digest":"{{digest}}","size":{{size}}}""";

    private static string Artifact(string? type) => type is null ? "" : $"\"artifactType\":\"{type}\",";

    private static string Subject(Digest? subject) => subject is { } digest ? $",\"subject\":{Descriptor(MediaTypes.OciManifest, digest)}" : "";
}
