using System.Diagnostics.CodeAnalysis;

namespace Plomba.Images.Manifests;

/// <summary>
/// A manifest or an index as read from its bytes, which are kept and are the only thing ever hashed, signed or sent on.
/// Immutable.
/// </summary>
public abstract class ManifestDocument
{
    /// <summary>Most bytes a manifest may have.</summary>
    public const int MaximumSize = 4 * 1024 * 1024;

    /// <summary>Deepest nesting read; real manifests need five levels.</summary>
    public const int MaximumDepth = 64;

    private protected ManifestDocument(ReadOnlyMemory<byte> content, string mediaType, ManifestAttributes attributes)
    {
        Content = content;
        MediaType = mediaType;
        ArtifactType = attributes.ArtifactType;
        Subject = attributes.Subject;
        Annotations = attributes.Annotations;
    }

    /// <summary>The bytes as received.</summary>
    public ReadOnlyMemory<byte> Content { get; }

    /// <summary>One of the four types of images and indexes, OCI or Docker.</summary>
    public string MediaType { get; }

    /// <summary>The manifest's own <c>artifactType</c>; null when absent.</summary>
    public string? ArtifactType { get; }

    /// <summary>The manifest this one says something about; null for none. It need not exist.</summary>
    public Descriptor? Subject { get; }

    /// <summary>By key, ordinal; empty when there are none.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; }

    /// <summary>
    /// The type under which a list of referrers shows this manifest (OCI distribution spec): the artifact type, for an
    /// image without one its config's media type, else null.
    /// </summary>
    public abstract string? EffectiveArtifactType { get; }

    /// <summary>What must be stored for this manifest to be complete; the subject is not part of it.</summary>
    public abstract IEnumerable<Descriptor> References { get; }

    /// <summary>
    /// Reads a manifest strictly (TRUST.md §9): what two readers could understand differently is refused, and so is
    /// Docker schema 1. Members this program does not know are ignored.
    /// </summary>
    /// <param name="content">The bytes; must not be changed afterwards.</param>
    /// <param name="declaredMediaType">
    /// The media type that came with the bytes, without parameters; must be a known one and agree with the manifest's own.
    /// Null when none came: then the manifest's own counts, else a guess by <see cref="ManifestFormat.Guess"/>.
    /// </param>
    /// <param name="document">An <see cref="ImageManifest"/> or an <see cref="ImageIndex"/>.</param>
    /// <param name="error">Why there is none.</param>
    public static bool TryParse(
        ReadOnlyMemory<byte> content,
        string? declaredMediaType,
        [NotNullWhen(true)] out ManifestDocument? document,
        [NotNullWhen(false)] out ManifestError? error)
    {
        document = ManifestReader.Read(content, declaredMediaType, out error);
        return document is not null;
    }
}

/// <summary>One image, or one artifact in an image's clothes.</summary>
public sealed class ImageManifest : ManifestDocument
{
    internal ImageManifest(
        ReadOnlyMemory<byte> content, string mediaType, ManifestAttributes attributes, Descriptor config, IReadOnlyList<Descriptor> layers)
        : base(content, mediaType, attributes)
    {
        Config = config;
        Layers = layers;
    }

    /// <summary>The configuration; for an artifact without one the empty object, <see cref="MediaTypes.OciEmpty"/>.</summary>
    public Descriptor Config { get; }

    /// <summary>The layers, lowest first. May be empty; the same one may stand there twice.</summary>
    public IReadOnlyList<Descriptor> Layers { get; }

    /// <inheritdoc/>
    public override string EffectiveArtifactType => ArtifactType is { Length: > 0 } own ? own : Config.MediaType;

    /// <inheritdoc/>
    public override IEnumerable<Descriptor> References => Layers.Prepend(Config);
}

/// <summary>A list of manifests, usually of one image for several platforms.</summary>
public sealed class ImageIndex : ManifestDocument
{
    internal ImageIndex(
        ReadOnlyMemory<byte> content, string mediaType, ManifestAttributes attributes, IReadOnlyList<Descriptor> manifests)
        : base(content, mediaType, attributes) => Manifests = manifests;

    /// <summary>In the order of the list. May be empty.</summary>
    public IReadOnlyList<Descriptor> Manifests { get; }

    /// <inheritdoc/>
    public override string? EffectiveArtifactType => ArtifactType is { Length: > 0 } own ? own : null;

    /// <inheritdoc/>
    public override IEnumerable<Descriptor> References => Manifests;
}

/// <summary>What images and indexes have in common.</summary>
internal sealed record ManifestAttributes(
    string? ArtifactType, Descriptor? Subject, IReadOnlyDictionary<string, string> Annotations);
