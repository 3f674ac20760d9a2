using Plomba.Trust.Json;

namespace Plomba.Trust.Configuration;

/// <summary>Why configuration cannot be used.</summary>
/// <param name="File">The file; null when no single file is at fault.</param>
/// <param name="Place">Where in the file; null when it could not be read, or no place can be named.</param>
/// <param name="Message">What is wrong, without file and place; the reference's words where it has some.</param>
public sealed record ConfigurationMistake(string? File, Mistake? Place, string Message)
{
    internal static ConfigurationMistake At(string file, Mistake place) => new(file, place, place.Message);

    /// <summary><c>FILE:LINE:COLUMN: MESSAGE</c>, as far as known.</summary>
    public override string ToString() => (File, Place) switch
    {
        (null, _) => Message,
        (_, null) => $"{File}: {Message}",
        _ => $"{File}:{Place.Line}:{Place.Column}: {Message}",
    };
}
