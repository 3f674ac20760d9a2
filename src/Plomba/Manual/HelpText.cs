using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Plomba.Manual;

/// <summary>What <c>--help</c> prints, in the user's language throughout (the parser's own help has English parts).</summary>
internal sealed class HelpText : SynchronousCommandLineAction
{
    private const string Indent = "  ";

    /// <summary>Takes the place of the parser's help.</summary>
    public static void AddTo(RootCommand root)
    {
        foreach (var option in root.Options)
        {
            if (option is HelpOption)
                (option.Action, option.Description) = (new HelpText(), Text.Say("Show this help."));
            else if (option is VersionOption)
                option.Description = Text.Say("Show the version.");
        }
    }

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        Write(parseResult.CommandResult.Command, parseResult.InvocationConfiguration.Output, Console.IsOutputRedirected ? int.MaxValue : Math.Max(60, Console.WindowWidth));
        return 0;
    }

    /// <summary>Writes the help of a verb.</summary>
    /// <param name="command">The verb.</param>
    /// <param name="output">Where to.</param>
    /// <param name="width">Characters of a line.</param>
    public static void Write(Command command, TextWriter output, int width)
    {
        output.WriteLine(Text.Say("Description:"));
        foreach (var line in Wrap(command.Description ?? "", width - Indent.Length))
            output.WriteLine(Indent + line);
        output.WriteLine();
        output.WriteLine(Text.Say("Usage:"));
        output.WriteLine(Indent + command.Synopsis());
        WriteTable(output, Text.Say("Arguments:"), [.. command.ShownArguments().Select(a => ($"<{a.HelpName ?? a.Name}>", CommandTree.Describe(a)))], width);
        WriteTable(output, Text.Say("Options:"), [.. command.ShownOptions().Select(o => (Label(o), CommandTree.Describe(o)))], width);
        WriteTable(output, Text.Say("Commands:"), [.. command.ShownSubcommands().Select(c => (Label(c), c.Description ?? ""))], width);
        output.WriteLine();
    }

    private static string Label(Option option) => CommandTree.Value(option) is { } value ? $"{CommandTree.Names(option)} <{value}>" : CommandTree.Names(option);

    private static string Label(Command command) => string.Join(' ', command.ShownArguments().Select(a => $"<{a.HelpName ?? a.Name}>").Prepend(command.Name));

    private static void WriteTable(TextWriter output, string title, List<(string Name, string Description)> rows, int width)
    {
        if (rows.Count == 0)
            return;
        output.WriteLine();
        output.WriteLine(title);
        // A long name stands on a line of its own rather than pushing everything to the right.
        var column = rows.Select(r => r.Name.Length).Where(length => length <= width / 3).DefaultIfEmpty(0).Max();
        foreach (var (name, description) in rows)
        {
            var lines = Wrap(description, width - column - (2 * Indent.Length)).ToList();
            if (name.Length > column)
                output.WriteLine(Indent + name);
            foreach (var (index, line) in lines.Index())
                output.WriteLine($"{Indent}{(index == 0 && name.Length <= column ? name : "").PadRight(column)}{Indent}{line}".TrimEnd());
        }
    }

    private static IEnumerable<string> Wrap(string text, int width)
    {
        var line = "";
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = word;
            }
            else
            {
                line = line.Length == 0 ? word : $"{line} {word}";
            }
        }

        yield return line;
    }
}
