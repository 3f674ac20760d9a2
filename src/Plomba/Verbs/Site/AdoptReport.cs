using System.Text.Json;
using Plomba.CommandLine;
using Plomba.Hosts.Adopting;

namespace Plomba.Verbs.Site;

/// <summary>The plan of a take-over, for people and as JSON.</summary>
internal static class AdoptReport
{
    public static void Write(Terminal terminal, AdoptionPlan plan)
    {
        if (terminal.Json)
            terminal.WriteJson(json => Write(json, plan));
        else
            WriteText(terminal, plan);
    }

    private static void WriteText(Terminal terminal, AdoptionPlan plan)
    {
        var found = plan.Found;
        if (plan.Site is not null)
            terminal.WriteLine(Text.Say($"site        {plan.Target.Site}: {StateText(plan.Writer.StateOf(plan.Site))}"));
        if (found.Registry is { } registry)
            terminal.WriteLine(Text.Say($"registry    {registry.Value} (from {registry.Source})"));
        if (found.Signatures is { } signatures)
            terminal.WriteLine(Text.Say($"signatures  {signatures.Value} (from {signatures.Source})"));
        foreach (var key in found.Keys)
        {
            terminal.WriteLine(Text.Say($"key         {key.Key.Name} (from {key.Source}): {StateText(plan.Writer.StateOf(key))}"));
            terminal.WriteLine($"            {key.Key.File.Key.Fingerprint} {key.Key.Owner}");
        }

        foreach (var one in found.Namespaces)
            terminal.WriteLine(Text.Say($"namespace   {one.Name}: keys {List(one.Keys)}; makers {List(one.Makers)}"));
        if (found.FoundSignatures.Count > 0)
            terminal.WriteLine(Text.Say($"signatures  {found.FoundSignatures.Count}, of them {found.FoundSignatures.Count(s => s.Counts)} by keys of the site, into {plan.Target.Data}"));
        foreach (var finding in found.Findings)
            terminal.WriteLine($"{SeverityText(finding.Severity)} {finding.Code} {(finding.Place.Length == 0 ? "" : finding.Place + ": ")}{finding.Text}");
        foreach (var mistake in plan.Mistakes)
            terminal.WriteLine($"{SeverityText(AdoptionSeverity.Blocked)} {mistake.Describe(plan.Target.Site)}");
    }

    private static void Write(Utf8JsonWriter json, AdoptionPlan plan)
    {
        var found = plan.Found;
        json.WriteStartObject();
        json.WriteBoolean("blocked", plan.IsBlocked);
        json.WriteStartObject("site");
        json.WriteString("file", plan.Target.Site);
        json.WriteString("state", plan.Site is null ? null : Word(plan.Writer.StateOf(plan.Site)));
        json.WriteString("content", plan.Site);
        json.WriteEndObject();
        WriteFound(json, "registry", found.Registry?.Value.Text, found.Registry?.Source);
        WriteFound(json, "signatures", found.Signatures?.Value.Text, found.Signatures?.Source);
        json.WriteStartArray("keys");
        foreach (var key in found.Keys)
        {
            json.WriteStartObject();
            json.WriteString("name", key.Key.Name.Text);
            json.WriteString("fingerprint", key.Key.File.Key.Fingerprint.Text);
            json.WriteString("owner", key.Key.Owner);
            json.WriteString("source", key.Source);
            json.WriteString("file", plan.Writer.FileOf(key));
            json.WriteString("state", Word(plan.Writer.StateOf(key)));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("namespaces");
        foreach (var one in found.Namespaces)
        {
            json.WriteStartObject();
            json.WriteString("name", one.Name.Text);
            WriteList(json, "keys", one.Keys.Select(k => k.Text));
            WriteList(json, "makers", one.Makers.Select(m => m.Text));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("signatureImport");
        json.WriteNumber("found", found.FoundSignatures.Count);
        json.WriteNumber("counting", found.FoundSignatures.Count(s => s.Counts));
        json.WriteString("into", plan.Target.Data);
        json.WriteEndObject();
        json.WriteStartArray("volumes");
        foreach (var volume in found.Volumes)
        {
            json.WriteStartObject();
            json.WriteString("directory", volume.Path.ToString());
            json.WriteNumber("bytes", volume.Bytes);
            json.WriteBoolean("complete", volume.IsComplete);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteList(json, "oldServices", found.OldServices);
        json.WriteStartArray("findings");
        foreach (var finding in found.Findings)
            WriteFinding(json, finding.Code, Word(finding.Severity), finding.Place, finding.Text);
        foreach (var mistake in plan.Mistakes)
            WriteFinding(json, mistake.Code, "blocked", plan.Target.Site, mistake.Text);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteFinding(Utf8JsonWriter json, string code, string severity, string place, string text)
    {
        json.WriteStartObject();
        json.WriteString("code", code);
        json.WriteString("severity", severity);
        json.WriteString("place", place);
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    private static void WriteFound(Utf8JsonWriter json, string name, string? value, string? source)
    {
        json.WriteStartObject(name);
        json.WriteString("name", value);
        json.WriteString("source", source);
        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static string List<T>(IReadOnlyList<T> values) => values.Count == 0 ? "–" : string.Join(", ", values);

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static string StateText(AdoptionFileState state) => state switch
    {
        AdoptionFileState.New => Text.Say("will be written"),
        AdoptionFileState.AlreadyThere => Text.Say("is there as it should be"),
        _ => Text.Say("something else is there"),
    };

    private static string SeverityText(AdoptionSeverity severity) => severity switch
    {
        AdoptionSeverity.Blocked => Text.Say("BLOCKED"),
        AdoptionSeverity.Warning => Text.Say("warning"),
        _ => Text.Say("note"),
    };
}
