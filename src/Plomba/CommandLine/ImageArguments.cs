using System.CommandLine;
using Plomba.Files;
using Plomba.Images.Transports;

namespace Plomba.CommandLine;

/// <summary>Image names as people write them on a command line.</summary>
internal static class ImageArguments
{
    /// <summary>How names are read on this machine.</summary>
    public static TransportEnvironment Here { get; } = new(RealPath.TryResolve, StoreLocation.System);

    /// <summary>The names given; the first that cannot be read ends the verb (exit 2).</summary>
    public static IReadOnlyList<TransportReference> ReadImages(this ParseResult parsed, Argument<string[]> argument) =>
        [.. parsed.GetRequiredValue(argument).Select(Read)];

    /// <summary>The one name given; one that cannot be read ends the verb (exit 2).</summary>
    public static TransportReference ReadImage(this ParseResult parsed, Argument<string> argument) => Read(parsed.GetRequiredValue(argument));

    private static TransportReference Read(string text) =>
        ImageName.TryParseArgument(text, Here, out var image, out var error) ? image : throw Failure.Usage(error.Message);
}
