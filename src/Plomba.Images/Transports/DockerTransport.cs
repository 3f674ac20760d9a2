namespace Plomba.Images.Transports;

/// <summary>An image in a registry: <c>docker://name[:tag|@digest]</c>.</summary>
/// <param name="Reference">Normalised; with a tag or a digest, not both, unless <paramref name="IsUnknownDigest"/>.</param>
/// <param name="IsUnknownDigest">The destination's digest is only known after the push; the reference is a name alone.</param>
public sealed record DockerImage(ImageReference Reference, bool IsUnknownDigest) : TransportReference
{
    internal const string UnknownDigestSuffix = "@@unknown-digest@@";

    /// <inheritdoc/>
    public override string Transport => "docker";

    /// <inheritdoc/>
    public override string Text => $"//{Reference.Familiar}{(IsUnknownDigest ? UnknownDigestSuffix : "")}";

    /// <inheritdoc/>
    public override ImageReference DockerReference => Reference;

    /// <inheritdoc/>
    public override string PolicyIdentity => PolicyScopes.Identity(Reference);

    /// <inheritdoc/>
    public override IReadOnlyList<string> PolicyNamespaces =>
        IsUnknownDigest ? [.. PolicyScopes.Namespaces(Reference).Skip(1)] : PolicyScopes.Namespaces(Reference);
}

internal sealed class DockerTransport() : Transport("docker")
{
    internal override TransportParse Parse(string rest, TransportEnvironment environment)
    {
        if (!rest.StartsWith("//", StringComparison.Ordinal))
            return new ReferenceError(ReferenceProblem.Format, Language.Text.Say($"docker: image reference {rest} does not start with //"));
        var unknownDigest = rest.EndsWith(DockerImage.UnknownDigestSuffix, StringComparison.Ordinal);
        var name = unknownDigest ? rest[2..^DockerImage.UnknownDigestSuffix.Length] : rest[2..];
        if (!ImageReference.TryParse(name, out var reference, out var error))
            return error;
        if (unknownDigest)
            return reference.IsNameOnly ? new DockerImage(reference, true) : TagBesideUnknownDigest(reference);
        if (reference is { Tag: not null, Digest: not null })
        {
            return new ReferenceError(
                ReferenceProblem.TagOrDigest, Language.Text.Say("Docker references with both a tag and digest are currently not supported"));
        }

        return new DockerImage(reference.WithDefaultTag(), false);
    }

    private protected override string? CheckNonEmptyScope(string scope) => null;

    private static TransportParse TagBesideUnknownDigest(ImageReference reference) => new ReferenceError(
        ReferenceProblem.TagOrDigest,
        Language.Text.Say($"docker: image reference \"{reference.Text}{DockerImage.UnknownDigestSuffix}\" has unknown digest set but it contains either a tag or digest"));
}
