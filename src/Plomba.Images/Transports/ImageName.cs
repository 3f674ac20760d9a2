using System.Diagnostics.CodeAnalysis;

namespace Plomba.Images.Transports;

/// <summary>Reads whole image names, <c>transport:rest</c> (TRUST.md §2).</summary>
public static class ImageName
{
    /// <summary>Longest name that is read, in characters: twice the longest path.</summary>
    public const int MaximumLength = 8192;

    /// <summary>Parses strictly: the transport must be there, and its name in the right case.</summary>
    public static bool TryParse(
        string text,
        TransportEnvironment environment,
        [NotNullWhen(true)] out TransportReference? reference,
        [NotNullWhen(false)] out ReferenceError? error)
    {
        reference = null;
        if (text.Length > MaximumLength)
        {
            error = new(ReferenceProblem.TooLong, Text.Say($"Invalid image name \"{text[..64]}…\": longer than {MaximumLength} characters"));
            return false;
        }

        if (text.Split(':', 2) is not [var name, var rest])
        {
            error = new(
                ReferenceProblem.NoTransport, Text.Say($"Invalid image name \"{text}\", expected colon-separated transport:reference"));
            return false;
        }

        if (Transport.Find(name) is not { } transport)
        {
            error = new(ReferenceProblem.UnknownTransport, Text.Say($"Invalid image name \"{text}\", unknown transport \"{name}\""));
            return false;
        }

        (reference, error) = transport.Parse(rest, environment);
        return reference is not null;
    }

    /// <summary>
    /// Parses what a person wrote on a command line: as <see cref="TryParse"/>, and a name that begins with a registry
    /// (<c>.</c>, <c>:</c> or <c>localhost</c> before its first <c>/</c>) means <c>docker://NAME</c>. A short name is
    /// refused with both ways to write it (<see cref="ReferenceProblem.NoTransport"/>).
    /// </summary>
    public static bool TryParseArgument(
        string text,
        TransportEnvironment environment,
        [NotNullWhen(true)] out TransportReference? reference,
        [NotNullWhen(false)] out ReferenceError? error)
    {
        var hasTransport = text.Split(':', 2) is [var name, _] && Transport.Find(name) is not null;
        if (hasTransport || !ImageReference.TryParse(text, out var image))
            return TryParse(text, environment, out reference, out error);
        if (ImageReference.HasRegistry(text))
            return TryParse("docker://" + text, environment, out reference, out error);
        reference = null;
        error = new(
            ReferenceProblem.NoTransport,
            Text.Say($"\"{text}\" names no registry: write registry.example/{text}, or docker://{image.Text}"));
        return false;
    }
}
