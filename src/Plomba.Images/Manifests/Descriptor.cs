namespace Plomba.Images.Manifests;

/// <summary>A pointer to content (OCI image spec, descriptor.md).</summary>
/// <param name="MediaType">Never empty.</param>
/// <param name="Digest">The content's address.</param>
/// <param name="Size">In bytes, not negative; what a reader must get, neither less nor more.</param>
public sealed record Descriptor(string MediaType, Digest Digest, long Size)
{
    /// <summary>Where else the content may be fetched; for foreign layers.</summary>
    public IReadOnlyList<string> Urls { get; init; } = [];

    /// <summary>By key, ordinal; empty when there are none.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = EmptyAnnotations;

    /// <summary>What the image in an index runs on; null when the index does not say.</summary>
    public Platform? Platform { get; init; }

    /// <summary>The kind of artifact the content is; null when not said.</summary>
    public string? ArtifactType { get; init; }

    internal static IReadOnlyDictionary<string, string> EmptyAnnotations { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal);
}
