using System.CommandLine;

namespace Plomba.Manual;

/// <summary>What help and manual pages tell of a verb, as its command line describes it.</summary>
internal static class CommandTree
{
    /// <summary>The command and everything below it that a user may know of, each before what is below it.</summary>
    public static IEnumerable<Command> AndBelow(this Command command) =>
        command.ShownSubcommands().SelectMany(AndBelow).Prepend(command);

    /// <summary>The verbs right below it.</summary>
    public static IEnumerable<Command> ShownSubcommands(this Command command) => command.Subcommands.Where(c => !c.Hidden);

    /// <summary>How it is typed: <c>plomba site key add</c>.</summary>
    public static string Path(this Command command) =>
        command is RootCommand ? "plomba" : $"{command.Parents.OfType<Command>().Single().Path()} {command.Name}";

    /// <summary>How it is typed, with its arguments.</summary>
    public static string Synopsis(this Command command)
    {
        var parts = command.ShownArguments().Select(Label).Prepend(command.Path());
        if (command.ShownSubcommands().Any())
            parts = parts.Append(Text.Say("[command]"));
        return string.Join(' ', parts.Append(Text.Say("[options]")));
    }

    /// <summary>Its arguments.</summary>
    public static IEnumerable<Argument> ShownArguments(this Command command) => command.Arguments.Where(a => !a.Hidden);

    /// <summary>Its own options, then those of every verb.</summary>
    public static IEnumerable<Option> ShownOptions(this Command command)
    {
        var above = command.Parents.OfType<Command>().SelectMany(ShownOptions).Where(o => o.Recursive);
        return command.Options.Where(o => !o.Hidden).Concat(above).DistinctBy(o => o.Name, StringComparer.Ordinal);
    }

    /// <summary>An argument in a synopsis: <c>&lt;IMAGE&gt;...</c>, in brackets when it may be left out.</summary>
    public static string Label(Argument argument)
    {
        var name = $"<{argument.HelpName ?? argument.Name}>{(argument.Arity.MaximumNumberOfValues > 1 ? "..." : "")}";
        return argument.Arity.MinimumNumberOfValues == 0 ? $"[{name}]" : name;
    }

    /// <summary>All names of an option, the short ones first: <c>-a, --all</c>.</summary>
    public static string Names(Option option) =>
        string.Join(", ", option.Aliases.Append(option.Name).Where(n => n[0] == '-').Distinct(StringComparer.Ordinal).OrderBy(n => n.TrimStart('-').Length > 1).ThenBy(n => n.Length));

    /// <summary>What an option's value is called; null for an option without one.</summary>
    public static string? Value(Option option) => option.HelpName ?? (option.Arity.MaximumNumberOfValues == 0 || option.ValueType == typeof(bool) ? null : option.Name.TrimStart('-').ToUpperInvariant());

    /// <summary>What an option or argument is for, with its default.</summary>
    public static string Describe(Symbol symbol)
    {
        var description = symbol.Description ?? "";
        var standard = symbol switch
        {
            Option { HasDefaultValue: true } option when Value(option) is not null => option.GetDefaultValue(),
            Argument { HasDefaultValue: true } argument => argument.GetDefaultValue(),
            _ => null,
        };
        if (standard is not null && $"{standard}" is { Length: > 0 } text)
            description = Text.Say($"{description} [default: {text}]");
        return symbol is Option { Required: true } ? Text.Say($"{description} (required)") : description;
    }
}
