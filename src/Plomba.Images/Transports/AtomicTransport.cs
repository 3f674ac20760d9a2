namespace Plomba.Images.Transports;

/// <summary>An image stream of an OpenShift registry: <c>atomic:host/namespace/stream:tag</c>.</summary>
/// <param name="Reference">Normalised; two path components and a tag, no digest.</param>
public sealed record AtomicImage(ImageReference Reference) : TransportReference
{
    /// <inheritdoc/>
    public override string Transport => "atomic";

    /// <inheritdoc/>
    public override string Text => Reference.Familiar;

    /// <inheritdoc/>
    public override ImageReference DockerReference => Reference;

    /// <inheritdoc/>
    public override string PolicyIdentity => PolicyScopes.Identity(Reference);

    /// <inheritdoc/>
    public override IReadOnlyList<string> PolicyNamespaces => PolicyScopes.Namespaces(Reference);
}

internal sealed class AtomicTransport() : Transport("atomic")
{
    internal override TransportParse Parse(string rest, TransportEnvironment environment)
    {
        if (!ImageReference.TryParse(rest, out var reference, out var error))
            return error with { Message = Language.Text.Say($"failed to parse image reference \"{rest}\": {error.Message}") };
        if (reference.Tag is null)
            return Malformed(Language.Text.Say($"invalid image reference {rest}, expected format: 'hostname/namespace/stream:tag'"));
        if (reference.Path.Text.Count(c => c == '/') != 1)
            return Malformed(Language.Text.Say($"invalid image reference: {reference.Familiar}, expected format: 'hostname/namespace/stream:tag'"));
        if (reference.Digest is not null)
            return Malformed(Language.Text.Say($"invalid image reference: {reference.Familiar}, a digest is not possible here"));
        return new AtomicImage(reference);
    }

    // hostname[/namespace[/stream[:tag]]]
    private protected override string? CheckNonEmptyScope(string scope) => scope.Split('/') switch
    {
        [_] => null,
        [_, var ns] when !ns.Contains(':', StringComparison.Ordinal) => null,
        [_, var ns, var stream] when !ns.Contains(':', StringComparison.Ordinal) && stream.Count(c => c == ':') <= 1 => null,
        _ => Language.Text.Say($"Invalid scope name {scope}"),
    };

    private static TransportParse Malformed(string message) => new ReferenceError(ReferenceProblem.TagOrDigest, message);
}
