namespace Plomba.Images.Transports;

/// <summary>An archive made by <c>docker save</c>: <c>docker-archive:PATH[:REF|:@N]</c>.</summary>
/// <param name="Path">The archive, as written.</param>
/// <param name="Reference">Which image of the archive; with a tag, without a digest; null for the only one or by index.</param>
/// <param name="SourceIndex">Which image of the archive, counted from 0; null for the only one or by reference.</param>
public sealed record DockerArchiveImage(string Path, ImageReference? Reference, long? SourceIndex) : TransportReference
{
    /// <inheritdoc/>
    public override string Transport => "docker-archive";

    /// <inheritdoc/>
    public override string Text =>
        Reference is not null ? $"{Path}:{Reference.Text}"
        : SourceIndex is { } index ? FormattableString.Invariant($"{Path}:@{index}")
        : Path;

    /// <inheritdoc/>
    public override ImageReference? DockerReference => Reference;
}

internal sealed class DockerArchiveTransport() : Transport("docker-archive")
{
    internal override TransportParse Parse(string rest, TransportEnvironment environment)
    {
        if (rest.Length == 0)
            return new ReferenceError(ReferenceProblem.Format, Language.Text.Say("docker-archive reference  isn't of the form <path>[:<reference>]"));
        if (rest.Split(':', 2) is not [var path, var image])
            return new DockerArchiveImage(rest, null, null);
        if (image.StartsWith('@'))
        {
            return SourceIndex.Parse(image[1..], isLayout: false, out var problem) is { } index
                ? new DockerArchiveImage(path, null, index)
                : new ReferenceError(ReferenceProblem.Location, Language.Text.Say($"Invalid source index {image}: {problem}"));
        }

        if (!ImageReference.TryParse(image, out var reference, out var error))
            return error with { Message = Language.Text.Say($"docker-archive parsing reference: {error.Message}") };
        reference = reference.WithDefaultTag();
        if (reference.Tag is null)
            return new ReferenceError(ReferenceProblem.TagOrDigest, Language.Text.Say($"reference does not include a tag: {reference.Text}"));
        if (reference.Digest is not null)
            return new ReferenceError(ReferenceProblem.TagOrDigest, Language.Text.Say($"docker-archive doesn't support digest references: {reference.Text}"));
        return new DockerArchiveImage(path, reference, null);
    }

    private protected override string? CheckNonEmptyScope(string scope) =>
        Language.Text.Say("docker-archive: does not support any scopes except the default \"\" one");
}
