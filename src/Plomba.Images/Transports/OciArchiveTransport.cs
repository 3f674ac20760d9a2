namespace Plomba.Images.Transports;

/// <summary>An image in a tar archive of an OCI layout: <c>oci-archive:FILE[:NAME]</c>.</summary>
/// <param name="File">The archive, as written.</param>
/// <param name="ResolvedFile">Absolute, clean, without symbolic links at the time of parsing; for policy, not for opening.</param>
/// <param name="Name">The <c>org.opencontainers.image.ref.name</c> of the image; empty for the only image.</param>
public sealed record OciArchiveImage(string File, string ResolvedFile, string Name) : TransportReference
{
    /// <inheritdoc/>
    public override string Transport => "oci-archive";

    /// <inheritdoc/>
    public override string Text => $"{File}:{Name}";

    /// <inheritdoc/>
    public override string PolicyIdentity => ResolvedFile;

    /// <inheritdoc/>
    public override IReadOnlyList<string> PolicyNamespaces => OciNames.Namespaces(ResolvedFile);
}

internal sealed class OciArchiveTransport() : Transport("oci-archive")
{
    internal override TransportParse Parse(string rest, TransportEnvironment environment)
    {
        var (file, name) = OciNames.Split(rest);
        if (!environment.ResolvePath(file, out var resolved, out var error))
            return new ReferenceError(ReferenceProblem.Location, error);
        return OciNames.IsValid(name)
            ? new OciArchiveImage(file, resolved, name)
            : new ReferenceError(ReferenceProblem.Location, Language.Text.Say($"Invalid image {name}"));
    }

    private protected override string? CheckNonEmptyScope(string scope) => OciNames.CheckScope(scope);
}
