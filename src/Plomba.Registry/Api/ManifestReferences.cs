using Plomba.Images;
using Plomba.Images.Manifests;

namespace Plomba.Registry.Api;

/// <summary>What a manifest needs to find in its repository, each digest once.</summary>
/// <param name="Blobs">Config and layers, without those that registries do not distribute.</param>
/// <param name="Manifests">The children of an index.</param>
internal sealed record ManifestReferences(IReadOnlyList<Digest> Blobs, IReadOnlyList<Digest> Manifests)
{
    /// <summary>The references of a document.</summary>
    public static ManifestReferences Of(ManifestDocument document) => document switch
    {
        ImageManifest image => new ManifestReferences(
            [.. image.References.Where(IsDistributable).Select(reference => reference.Digest).Distinct()], []),
        _ => new ManifestReferences([], [.. document.References.Select(reference => reference.Digest).Distinct()]),
    };

    // Such layers stay where their owner wants them; clients fetch them from the URLs in the descriptor.
    private static bool IsDistributable(Descriptor layer) =>
        !layer.MediaType.StartsWith("application/vnd.oci.image.layer.nondistributable.", StringComparison.Ordinal)
        && !layer.MediaType.StartsWith("application/vnd.docker.image.rootfs.foreign.", StringComparison.Ordinal);
}
