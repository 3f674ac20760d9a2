namespace Plomba.Images.Transports;

/// <summary>An image as plain files in a directory: <c>dir:PATH</c>.</summary>
/// <param name="Path">As written; may be relative and hold symbolic links and colons.</param>
/// <param name="ResolvedPath">Absolute, clean, without symbolic links at the time of parsing; for policy, not for opening.</param>
public sealed record DirImage(string Path, string ResolvedPath) : TransportReference
{
    /// <inheritdoc/>
    public override string Transport => "dir";

    /// <inheritdoc/>
    public override string Text => Path;

    /// <inheritdoc/>
    public override string PolicyIdentity => ResolvedPath;

    /// <inheritdoc/>
    public override IReadOnlyList<string> PolicyNamespaces => [.. PolicyScopes.Parents(ResolvedPath)];
}

internal sealed class DirTransport() : Transport("dir")
{
    internal override TransportParse Parse(string rest, TransportEnvironment environment) =>
        environment.ResolvePath(rest, out var resolved, out var error)
            ? new DirImage(rest, resolved)
            : new ReferenceError(ReferenceProblem.Location, error);

    private protected override string? CheckNonEmptyScope(string scope) => CheckPathScope(scope);

    internal static string? CheckPathScope(string scope) =>
        !scope.StartsWith('/') ? Language.Text.Say($"Invalid scope {scope}: Must be an absolute path")
        : scope == "/" ? Language.Text.Say("Invalid scope \"/\": Use the generic default scope \"\"")
        : PolicyScopes.Clean(scope) is var clean && clean != scope
            ? Language.Text.Say($"Invalid scope {scope}: Uses non-canonical format, perhaps try {clean}")
        : null;
}
