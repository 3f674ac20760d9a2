using System.CommandLine;
using Plomba.CommandLine;
using Plomba.Site;
using Plomba.Site.Checking;

namespace Plomba.Verbs.Site;

/// <summary><c>plomba site check [FILE]</c>: every mistake of a site and of its key files, in one run.</summary>
internal static class SiteCheckVerb
{
    private static readonly Argument<string?> File = new("FILE")
    {
        Description = Text.Say($"The site (default {SiteFile.DefaultPath})."),
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Create() => new Command("check", Text.Say("List every mistake of a site.")) { File, SiteOption.Site }.Does((parsed, terminal, _) =>
    {
        var path = parsed.GetValue(File) ?? SiteOption.PathOf(parsed);
        var reading = SiteOption.Read(path, p => SiteCheck.Run(p, TimeProvider.System.GetUtcNow()));
        if (terminal.Json)
            terminal.WriteJson(SiteJson.Of(reading), SiteJsonContext.Default.CheckJson);
        else
            Write(terminal, path, reading);
        return Task.FromResult(reading.HasErrors ? ExitCode.Refused : ExitCode.Done);
    });

    private static void Write(Terminal terminal, string path, SiteReading reading)
    {
        foreach (var finding in reading.Findings)
            terminal.WriteLine(finding.Describe(path));
        var errors = reading.Findings.Count(f => f.Severity == FindingSeverity.Error);
        var warnings = reading.Findings.Count - errors;
        terminal.Say(errors > 0
            ? Text.Say($"{path} is not valid: {Mistakes(errors)}, {Warnings(warnings)}.")
            : Text.Say($"{path} is valid, with {Warnings(warnings)}."));
    }

    private static string Mistakes(int number) => Text.Count(number, $"{number} mistake", $"{number} mistakes");

    private static string Warnings(int number) => Text.Count(number, $"{number} warning", $"{number} warnings");
}
