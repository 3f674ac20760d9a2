namespace Plomba.Images.Manifests;

/// <summary>Why bytes are no manifest this program accepts.</summary>
/// <param name="Problem">The kind of mistake, for code that decides on it.</param>
/// <param name="Message">What is wrong and where, for people; holds no text longer than a media type from the manifest itself.</param>
public sealed record ManifestError(ManifestProblem Problem, string Message)
{
    /// <inheritdoc cref="Message"/>
    public override string ToString() => Message;

    internal static ManifestError Schema1 => new(
        ManifestProblem.Schema1,
        Text.Say("Docker manifest schema 1 is not accepted: the format is obsolete; push the image again with a current tool (schema 2 or OCI)"));

    internal static ManifestError TooLarge(int size) => new(
        ManifestProblem.TooLarge,
        Text.Say($"the manifest has {size} bytes; at most {ManifestDocument.MaximumSize} are accepted"));
}

/// <summary>The kinds of mistakes in manifests.</summary>
public enum ManifestProblem
{
    /// <summary>More than <see cref="ManifestDocument.MaximumSize"/> bytes.</summary>
    TooLarge,

    /// <summary>Not one JSON object in UTF-8, or nested too deeply.</summary>
    NotJson,

    /// <summary>Docker manifest schema 1, refused by name (TRUST.md §9).</summary>
    Schema1,

    /// <summary>A format this program does not know.</summary>
    UnsupportedMediaType,

    /// <summary>The declared media type is not the one that stands in the manifest.</summary>
    MediaTypeMismatch,

    /// <summary>Readers could disagree on what it is: members of another format, in another case, or twice (CVE-2021-41190).</summary>
    Ambiguous,

    /// <summary>A member is missing or has an impossible value.</summary>
    Malformed,
}
