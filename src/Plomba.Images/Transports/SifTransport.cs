namespace Plomba.Images.Transports;

/// <summary>A Singularity image file: <c>sif:FILE</c>.</summary>
/// <param name="File">As written.</param>
/// <param name="ResolvedFile">Absolute, clean, without symbolic links at the time of parsing; for policy, not for opening.</param>
public sealed record SifImage(string File, string ResolvedFile) : TransportReference
{
    /// <inheritdoc/>
    public override string Transport => "sif";

    /// <inheritdoc/>
    public override string Text => File;

    /// <inheritdoc/>
    public override string PolicyIdentity => ResolvedFile;

    /// <inheritdoc/>
    public override IReadOnlyList<string> PolicyNamespaces => [.. PolicyScopes.Parents(ResolvedFile)];
}

internal sealed class SifTransport() : Transport("sif")
{
    internal override TransportParse Parse(string rest, TransportEnvironment environment) =>
        environment.ResolvePath(rest, out var resolved, out var error)
            ? new SifImage(rest, resolved)
            : new ReferenceError(ReferenceProblem.Location, error);

    private protected override string? CheckNonEmptyScope(string scope) => DirTransport.CheckPathScope(scope);
}
