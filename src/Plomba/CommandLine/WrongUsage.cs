using System.CommandLine;
using System.CommandLine.Parsing;

namespace Plomba.CommandLine;

/// <summary>What is wrong with a command line before its verb is asked.</summary>
internal static class WrongUsage
{
    /// <summary>The first mistake, in one line; null when there is none.</summary>
    /// <param name="parsed">A parsed command line.</param>
    public static string? Find(ParseResult parsed)
    {
        // Said before what the parser says of it: that some verb is missing.
        if (parsed.CommandResult.Command.Subcommands.Count > 0 && parsed.UnmatchedTokens is [var verb, ..] && !IsOption(verb))
            return Text.Say($"there is no verb {string.Join(' ', Names(parsed.CommandResult).Append(verb))}");
        if (parsed.Errors.Count > 0)
            return ParserMessages.Say(parsed.Errors[0].Message);

        // An argument that takes several words would take an option it does not know for one of them.
        if (parsed.Tokens.All(token => token.Type != TokenType.DoubleDash) && Arguments(parsed).FirstOrDefault(IsOption) is { } unknown)
            return Text.Say($"there is no option {unknown} here; a name that begins with - follows a word of its own, --");

        // An unset variable of a script, most of all: no name, file or directory is empty.
        return parsed.CommandResult.Children.FirstOrDefault(child => child.Tokens.Any(token => token.Value.Length == 0)) switch
        {
            OptionResult option => Text.Say($"{option.Option.Name} needs a value that is not empty"),
            ArgumentResult argument => Text.Say($"{argument.Argument.HelpName ?? argument.Argument.Name} may not be empty"),
            _ => null,
        };
    }

    // The command's name with those above it, without the program's.
    private static IEnumerable<string> Names(CommandResult command) =>
        command.Parent is CommandResult above ? Names(above).Append(command.Command.Name) : [];

    private static IEnumerable<string> Arguments(ParseResult parsed) =>
        parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value);

    // A single dash is standard input or output.
    private static bool IsOption(string argument) => argument is ['-', _, ..];
}
