using System.CommandLine;
using System.Text.Json;
using Plomba.CommandLine;
using Plomba.Files;
using Plomba.Trust.Files;
using Plomba.Trust.Policy.Linting;

namespace Plomba.Verbs.Policy;

/// <summary><c>plomba policy lint [FILE]</c>: what a policy does not do although it looks so.</summary>
internal static class PolicyLintVerb
{
    private static readonly Argument<string?> File = new("FILE")
    {
        Description = Text.Say("The policy.json (default: the user's, else /etc/containers/policy.json)."),
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Create() => new Command("lint", Text.Say("Find scopes that never match, keys that do not count, holes; exit 3 on errors.")) { File }.Does((parsed, terminal, _) =>
    {
        var lint = new PolicyLint(Machine.TrustEnvironment, MachineFiles.Instance, RealPath.TryResolve, TimeProvider.System.GetUtcNow());
        var result = lint.Run(parsed.GetValue(File));
        if (result.Failure is { } failure)
            throw new Failure(failure, Text.Say("Name another policy: plomba policy lint FILE."));
        if (terminal.Json)
            terminal.WriteJson(json => Write(json, result));
        else
            Write(terminal, result);
        return Task.FromResult(result.HasErrors ? ExitCode.Refused : ExitCode.Done);
    });

    private static void Write(Terminal terminal, PolicyLintResult result)
    {
        foreach (var finding in result.Findings)
            terminal.WriteLine($"{finding}");
        var errors = result.Findings.Count(f => f.IsError);
        terminal.Say($"{result.File}: {Errors(errors)}, {Warnings(result.Findings.Length - errors)}.");
    }

    private static void Write(Utf8JsonWriter json, PolicyLintResult result)
    {
        json.WriteStartObject();
        json.WriteString("file", result.File);
        json.WriteBoolean("valid", !result.HasErrors);
        json.WriteStartArray("findings");
        foreach (var finding in result.Findings)
        {
            json.WriteStartObject();
            json.WriteString("file", finding.File);
            json.WriteNumber("line", finding.Line);
            json.WriteNumber("column", finding.Column);
            json.WriteString("severity", finding.Severity);
            json.WriteString("id", finding.Id);
            json.WriteString("text", finding.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Errors(int number) => Text.Count(number, $"{number} error", $"{number} errors");

    private static string Warnings(int number) => Text.Count(number, $"{number} warning", $"{number} warnings");
}
