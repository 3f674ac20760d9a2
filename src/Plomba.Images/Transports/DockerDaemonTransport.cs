namespace Plomba.Images.Transports;

/// <summary>An image in a Docker daemon: <c>docker-daemon:REF</c> or <c>docker-daemon:sha256:ID</c>.</summary>
/// <param name="Id">The image's id, a sha256 digest; null when it is named.</param>
/// <param name="Reference">The name with a tag or a digest, not both; null when it is an id.</param>
public sealed record DockerDaemonImage(Digest? Id, ImageReference? Reference) : TransportReference
{
    /// <inheritdoc/>
    public override string Transport => "docker-daemon";

    /// <inheritdoc/>
    public override string Text => Reference?.Familiar ?? Id?.Text ?? "";

    /// <inheritdoc/>
    public override ImageReference? DockerReference => Reference;

    /// <inheritdoc/>
    public override string PolicyIdentity => Reference is null ? "" : PolicyScopes.Identity(Reference);

    /// <inheritdoc/>
    public override IReadOnlyList<string> PolicyNamespaces => Reference is null ? [] : PolicyScopes.Namespaces(Reference);
}

internal sealed class DockerDaemonTransport() : Transport("docker-daemon")
{
    internal override TransportParse Parse(string rest, TransportEnvironment environment)
    {
        if (Digest.TryParse(rest, out var id))
            return id.IsSha256 ? new DockerDaemonImage(id, null) : Invalid(rest, Language.Text.Say("only digest algorithm sha256 accepted"));
        if (!ImageReference.TryParse(rest, out var reference, out var error))
            return error;
        if (reference.FamiliarName == "sha256")
            return Invalid(rest, Language.Text.Say("The sha256 repository name is reserved for (non-shortened) digest references"));
        return reference switch
        {
            { IsNameOnly: true } => new ReferenceError(
                ReferenceProblem.TagOrDigest, Language.Text.Say($"docker-daemon: reference {reference.Familiar} has neither a tag nor a digest")),
            { Tag: not null, Digest: not null } => new ReferenceError(
                ReferenceProblem.TagOrDigest, Language.Text.Say("docker-daemon: references with both a tag and digest are currently not supported")),
            _ => new DockerDaemonImage(null, reference),
        };
    }

    private protected override string? CheckNonEmptyScope(string scope) => Digest.TryParse(scope, out _)
        ? Language.Text.Say($"docker-daemon: can not use algo:digest value {scope} as a namespace")
        : null;

    private static TransportParse Invalid(string rest, string why) =>
        new ReferenceError(ReferenceProblem.Format, Language.Text.Say($"Invalid docker-daemon: reference {rest}: {why}"));
}
