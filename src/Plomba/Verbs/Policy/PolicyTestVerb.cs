using System.CommandLine;
using System.Text.Json;
using Plomba.CommandLine;
using Plomba.Transfer;
using Plomba.Trust.Policy;

namespace Plomba.Verbs.Policy;

/// <summary><c>plomba policy test TABLE</c>: images are decided as the table expects.</summary>
internal static class PolicyTestVerb
{
    private static readonly Dictionary<string, VerdictKind> Words = new(StringComparer.Ordinal)
    {
        ["accept"] = VerdictKind.Accepted,
        ["refuse"] = VerdictKind.Refused,
        ["undecided"] = VerdictKind.Undecided,
    };

    public static Command Create()
    {
        var table = new Argument<string>("TABLE") { Description = Text.Say("Lines of: image, accept|refuse|undecided, and, if wanted, a part of the reason; separated by tabs.") };
        var options = new VerifierOptions();
        var command = new Command("test", Text.Say("Verify images and compare the verdicts with a table; exit 3 if a row differs.")) { table };
        options.AddTo(command);
        return command.Does(async (parsed, terminal, cancellation) =>
        {
            var rows = Read(parsed.GetRequiredValue(table));
            using var open = options.Open(parsed, terminal);
            var results = new List<Result>();
            foreach (var row in rows)
                results.Add(new Result(row, (await open.Verifier.VerifyAsync(row.Row.Image, open.Scope, cancellation))[0]));
            Report(terminal, results);
            return results.All(r => r.IsExpected) ? ExitCode.Done : ExitCode.Refused;
        });
    }

    private static IReadOnlyList<Expectation> Read(string file) =>
    [
        .. TextTable.Read(file).Select(row =>
            !ImageSources.CanOpen(row.Image) ? throw new Failure(Text.Say($"{file}:{row.Line}: {row.Image}: only images in a registry, dir: and oci: can be verified"))
            : row.Columns is [var word, .. var rest] && Words.TryGetValue(word, out var kind) ? new Expectation(row, kind, rest is [{ Length: > 0 } why, ..] ? why : null)
            : throw new Failure(Text.Say($"{file}:{row.Line}: write accept, refuse or undecided behind the image, after a tab"))),
    ];

    private static void Report(Terminal terminal, List<Result> results)
    {
        if (terminal.Json)
        {
            terminal.WriteJson(json => Write(json, results));
            return;
        }

        foreach (var result in results)
        {
            var told = result.Verdict.Message is { } message ? $": {message}" : "";
            var seen = $"{result.Verdict.Image}  {Word(result.Verdict.Kind)}";
            terminal.WriteLine(result.IsExpected ? Text.Say($"ok  {seen}{told}") : Text.Say($"DIFFERS  {seen}, not {Expected(result.Row)}{told}"));
        }

        terminal.Say(Text.Say($"{results.Count(r => r.IsExpected)} of {results.Count} as expected."));
    }

    private static void Write(Utf8JsonWriter json, List<Result> results)
    {
        json.WriteStartArray();
        foreach (var result in results)
        {
            json.WriteStartObject();
            json.WriteNumber("line", result.Row.Row.Line);
            json.WriteBoolean("expected", result.IsExpected);
            json.WriteString("wanted", Word(result.Row.Kind));
            json.WriteString("why", result.Row.Why);
            json.WritePropertyName("verdict");
            VerdictJson.Write(json, result.Verdict);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string Expected(Expectation row) => row.Why is { } why ? Text.Say($"{Word(row.Kind)} because of '{why}'") : Word(row.Kind);

    private static string Word(VerdictKind kind) => Words.First(w => w.Value == kind).Key;

    private sealed record Expectation(TableRow Row, VerdictKind Kind, string? Why);

    private sealed record Result(Expectation Row, Verdict Verdict)
    {
        public bool IsExpected =>
            Verdict.Kind == Row.Kind && (Row.Why is null || Verdict.Message?.Contains(Row.Why, StringComparison.Ordinal) == true);
    }
}
