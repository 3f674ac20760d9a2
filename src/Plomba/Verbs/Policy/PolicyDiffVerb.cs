using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using Plomba.CommandLine;
using Plomba.Trust.Configuration;
using Plomba.Trust.Files;
using Plomba.Trust.Policy;
using Plomba.Trust.Policy.Comparing;
using Plomba.Trust.Policy.Explaining;

namespace Plomba.Verbs.Policy;

/// <summary><c>plomba policy diff A B</c>: whose images would be decided differently.</summary>
internal static class PolicyDiffVerb
{
    private static readonly Argument<string> A = new("A") { Description = Text.Say("A policy.json.") };
    private static readonly Argument<string> B = new("B") { Description = Text.Say("Another one.") };
    private static readonly Option<string?> ImageList = new("--images") { Description = Text.Say("Compare for these images only: one name a line, # for remarks."), HelpName = "FILE" };

    public static Command Create() => new Command("diff", Text.Say("Tell for which images two policies ask for different things; exit 3 if for any.")) { A, B, ImageList }.Does((parsed, terminal, _) =>
    {
        var (before, after) = (Read(parsed.GetRequiredValue(A)), Read(parsed.GetRequiredValue(B)));
        var differences = parsed.GetValue(ImageList) is { } list
            ? PolicyComparison.Images(before, after, TextTable.Read(list).Select(row => row.Image))
            : PolicyComparison.Scopes(before, after);
        if (terminal.Json)
            terminal.WriteJson(json => Write(json, differences));
        else
            foreach (var difference in differences)
                Write(terminal, difference);
        return Task.FromResult(differences.IsEmpty ? ExitCode.Done : ExitCode.Refused);
    });

    private static SignaturePolicy Read(string path)
    {
        var reading = PolicyFile.Load(path, Machine.TrustEnvironment, MachineFiles.Instance);
        return reading.Policy ?? throw new Failure($"{reading.Failure}", Text.Say($"See all mistakes with: plomba policy lint {path}"));
    }

    private static void Write(Terminal terminal, PolicyDifference difference)
    {
        terminal.WriteLine(difference.Images);
        terminal.WriteLine($"- {RequirementText.Of(difference.Before.Requirements)}");
        terminal.WriteLine($"+ {RequirementText.Of(difference.After.Requirements)}");
    }

    private static void Write(Utf8JsonWriter json, ImmutableArray<PolicyDifference> differences)
    {
        json.WriteStartArray();
        foreach (var difference in differences)
        {
            json.WriteStartObject();
            json.WriteString("images", difference.Images);
            Write(json, "before", difference.Before);
            Write(json, "after", difference.After);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, string name, PolicyChoice choice)
    {
        json.WriteStartObject(name);
        json.WriteString("transport", choice.Transport);
        json.WriteString("scope", choice.Scope);
        json.WritePropertyName("requirements");
        PolicyWriter.Write(json, choice.Requirements, spellOutDefaults: true);
        json.WriteEndObject();
    }
}
