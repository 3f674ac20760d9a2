namespace Plomba.Images.Transports;

/// <summary>An image made up from bare layer archives: <c>tarball:FILE[:FILE…]</c>, where <c>-</c> is standard input.</summary>
public sealed record TarballImage : TransportReference
{
    private readonly string _text;

    internal TarballImage(string text) => _text = text;

    /// <summary>The files in order, as written; whether they exist shows when they are opened.</summary>
    public IReadOnlyList<string> Files => _text.Split(':');

    /// <inheritdoc/>
    public override string Transport => "tarball";

    /// <inheritdoc/>
    public override string Text => _text;
}

internal sealed class TarballTransport() : Transport("tarball")
{
    internal override TransportParse Parse(string rest, TransportEnvironment environment) =>
        rest.Split(':').Contains("", StringComparer.Ordinal)
            ? new ReferenceError(ReferenceProblem.Location, Language.Text.Say($"tarball: an empty file name in \"{rest}\""))
            : new TarballImage(rest);

    private protected override string? CheckNonEmptyScope(string scope) =>
        Language.Text.Say("tarball: does not support any scopes except the default \"\" one");
}
