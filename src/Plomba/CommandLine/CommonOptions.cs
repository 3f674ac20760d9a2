using System.CommandLine;

namespace Plomba.CommandLine;

/// <summary>The options every verb takes.</summary>
internal static class CommonOptions
{
    /// <summary><c>--output text|json</c>.</summary>
    public static Option<string> Output { get; } = new Option<string>("--output")
    {
        Description = Text.Say("How to report: text or json."),
        HelpName = "text|json",
        DefaultValueFactory = _ => "text",
    }.AcceptOnly("text", "json");

    /// <summary><c>-q, --quiet</c>.</summary>
    public static Option<bool> Quiet { get; } = new("--quiet", "-q") { Description = Text.Say("Say nothing but data and errors."), Recursive = true };

    /// <summary><c>--debug</c>.</summary>
    public static Option<bool> Debug { get; } = new("--debug") { Description = Text.Say("Tell what is being done, and where a failure came from."), Recursive = true };

    /// <summary><c>--no-color</c>.</summary>
    public static Option<bool> NoColor { get; } = new("--no-color") { Description = Text.Say("No colours."), Recursive = true };

    /// <summary><c>--command-timeout DURATION</c>; null or zero: none.</summary>
    public static Option<TimeSpan?> CommandTimeout { get; } = new("--command-timeout")
    {
        Description = Text.Say("Give up after this time (30s, 5m, 1h)."),
        HelpName = "DURATION",
        Recursive = true,
        // skopeo's way too, for scripts that change the program's name only.
        CustomParser = result => Duration.TryParse(result.Tokens[0].Value, out var value) || GoDuration.TryParse(result.Tokens[0].Value, out value)
            ? value
            : Refuse(result),
    };

    /// <summary><c>--tmpdir DIR</c>; null: the system's.</summary>
    public static Option<string?> TemporaryDirectory { get; } = new("--tmpdir") { Description = Text.Say("Directory for temporary files."), HelpName = "DIR", Recursive = true };

    /// <summary>Adds them to the root command, where they hold for every verb.</summary>
    public static void AddTo(RootCommand root)
    {
        Output.Recursive = true;
        root.Add(Output);
        root.Add(Quiet);
        root.Add(Debug);
        root.Add(NoColor);
        root.Add(CommandTimeout);
        root.Add(TemporaryDirectory);
        TemporaryDirectory.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { Length: > 0 } directory && !Directory.Exists(directory))
                result.AddError(Text.Say($"--tmpdir {directory}: no such directory"));
        });
    }

    private static Option<string> AcceptOnly(this Option<string> option, params string[] values)
    {
        option.AcceptOnlyFromAmong(values);
        return option;
    }

    private static TimeSpan? Refuse(System.CommandLine.Parsing.ArgumentResult result)
    {
        result.AddError(Text.Say($"'{result.Tokens[0].Value}' is no duration: write 30s, 5m, 12h or 90d"));
        return null;
    }
}
