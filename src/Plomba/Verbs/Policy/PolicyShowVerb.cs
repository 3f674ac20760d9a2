using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using Plomba.CommandLine;
using Plomba.Trust.Policy;
using Plomba.Trust.Policy.Explaining;

namespace Plomba.Verbs.Policy;

/// <summary><c>plomba policy show</c>: all rules of a policy.</summary>
internal static class PolicyShowVerb
{
    private static readonly Option<bool> Tree = new("--tree") { Description = Text.Say("Indent each rule below the one that would apply without it.") };

    public static Command Create() => new Command("show", Text.Say("Show all rules of a policy, as a table or as a tree of scopes.")) { Tree, PolicyFileOption.Policy }.Does((parsed, terminal, _) =>
    {
        var (policy, file) = PolicyFileOption.Read(parsed, terminal);
        var rules = PolicyTable.Of(policy);
        if (terminal.Json)
            terminal.WriteJson(json => Write(json, file, rules));
        else if (parsed.GetValue(Tree))
            WriteTree(terminal, file, rules);
        else
            WriteTable(terminal, rules);
        return Task.FromResult(ExitCode.Done);
    });

    private static void WriteTree(Terminal terminal, string file, ImmutableArray<PolicyRule> rules)
    {
        terminal.WriteLine(file);
        foreach (var rule in rules)
            terminal.WriteLine($"{new string(' ', 2 * (rule.Depth + 1))}{rule.Name}: {RequirementText.Of(rule.Requirements)}");
    }

    // One line a requirement; the scope stands on the first.
    private static void WriteTable(Terminal terminal, ImmutableArray<PolicyRule> rules)
    {
        var head = Text.Say("SCOPE");
        var width = Math.Max(head.Length, rules.Max(r => r.Name.Length));
        terminal.WriteLine($"{head.PadRight(width)}  {Text.Say("REQUIREMENT")}");
        foreach (var rule in rules)
        {
            foreach (var (index, requirement) in rule.Requirements.Index())
                terminal.WriteLine($"{(index == 0 ? rule.Name : "").PadRight(width)}  {RequirementText.Of(requirement)}");
        }
    }

    private static void Write(Utf8JsonWriter json, string file, ImmutableArray<PolicyRule> rules)
    {
        json.WriteStartObject();
        json.WriteString("file", file);
        json.WriteStartArray("rules");
        foreach (var rule in rules)
        {
            json.WriteStartObject();
            json.WriteString("transport", rule.Transport);
            json.WriteString("scope", rule.Scope);
            json.WriteNumber("depth", rule.Depth);
            json.WritePropertyName("requirements");
            PolicyWriter.Write(json, rule.Requirements, spellOutDefaults: true);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
