namespace Plomba.Images.Transports;

/// <summary>An image in an OCI layout directory: <c>oci:PATH[:NAME|:@N]</c>.</summary>
/// <param name="Path">The layout's directory, as written.</param>
/// <param name="ResolvedPath">Absolute, clean, without symbolic links at the time of parsing; for policy, not for opening.</param>
/// <param name="Name">The <c>org.opencontainers.image.ref.name</c> of the image; empty for the only image.</param>
/// <param name="SourceIndex">Which entry of index.json, counted from 0; null when picked by name or the only one.</param>
public sealed record OciImage(string Path, string ResolvedPath, string Name, long? SourceIndex) : TransportReference
{
    /// <inheritdoc/>
    public override string Transport => "oci";

    /// <inheritdoc/>
    public override string Text =>
        SourceIndex is { } index ? FormattableString.Invariant($"{Path}:@{index}") : $"{Path}:{Name}";

    /// <inheritdoc/>
    public override string PolicyIdentity => ResolvedPath;

    /// <inheritdoc/>
    public override IReadOnlyList<string> PolicyNamespaces => OciNames.Namespaces(ResolvedPath);
}

internal sealed class OciTransport() : Transport("oci")
{
    internal override TransportParse Parse(string rest, TransportEnvironment environment)
    {
        var (path, name) = OciNames.Split(rest);
        long? index = null;
        if (name.StartsWith('@'))
        {
            if (SourceIndex.Parse(name[1..], isLayout: true, out var problem) is not { } number)
                return new ReferenceError(ReferenceProblem.Location, Language.Text.Say($"Invalid source index {name}: {problem}"));
            (name, index) = ("", number);
        }

        if (!environment.ResolvePath(path, out var resolved, out var error))
            return new ReferenceError(ReferenceProblem.Location, error);
        return OciNames.IsValid(name)
            ? new OciImage(path, resolved, name, index)
            : new ReferenceError(ReferenceProblem.Location, Language.Text.Say($"Invalid image {name}"));
    }

    private protected override string? CheckNonEmptyScope(string scope) => OciNames.CheckScope(scope);
}
