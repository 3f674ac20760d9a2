using System.Text.RegularExpressions;

namespace Plomba.CommandLine;

/// <summary>
/// The messages of System.CommandLine that name its own types or have no translation there, in our words. It speaks the
/// user's language in the others.
/// </summary>
internal static partial class ParserMessages
{
    /// <summary>The message as we say it, in one line.</summary>
    public static string Say(string message)
    {
        var line = string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (Required().Match(line) is { Success: true } required)
            return Text.Say($"{required.Groups["what"].Value} must be given");
        if (TooMany().Match(line) is { Success: true } many)
            return Text.Say($"{many.Groups["what"].Value} takes one value only");
        if (Unknown().Match(line) is { Success: true } unknown)
            return Text.Say($"'{unknown.Groups["what"].Value}' is not known; near it: {unknown.Groups["near"].Value}");
        if (Wrong().Match(line) is { Success: true } wrong)
            return Text.Say($"'{wrong.Groups["what"].Value}' is no value of {wrong.Groups["of"].Value}");
        return Alone().Match(line) is { Success: true } alone ? Text.Say($"{alone.Groups["what"].Value} goes with nothing else") : line;
    }

    [GeneratedRegex(@"^Option '(?<what>[^']*)' is required\.$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Required();

    [GeneratedRegex(@"^Option '(?<what>[^']*)' expects a single argument but \d+ were provided\.$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TooMany();

    [GeneratedRegex(@"^'(?<what>.*)' was not matched\. Did you mean one of the following\? ?(?<near>.*)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Unknown();

    [GeneratedRegex(@"^Cannot parse argument '(?<what>.*)' for (option|command) '(?<of>[^']*)' as expected type '.*$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Wrong();

    [GeneratedRegex(@"^(?<what>\S+) option cannot be combined with other arguments\.$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Alone();
}
