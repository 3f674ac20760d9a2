using System.Text.Json;
using Plomba.CommandLine;
using Plomba.Hosts.Plans;
using Plomba.Hosts.Rules;

namespace Plomba.Verbs.Host;

/// <summary>How a plan is shown: what changes on stdout, what a person should know on stderr.</summary>
internal static class PlanReport
{
    /// <summary>Shows a plan and what it would have refused.</summary>
    public static void Show(Terminal terminal, Plan plan, IReadOnlyList<Finding> refused)
    {
        foreach (var line in PlanText.Of(plan))
            terminal.WriteLine(line);
        foreach (var finding in plan.Findings)
        {
            if (finding.Blocks)
                terminal.Error(finding.Text, finding.Hint);
            else
                terminal.Say(finding.Hint is null ? finding.Text : $"{finding.Text}\n  {finding.Hint}");
        }

        foreach (var finding in refused)
            terminal.Error(finding.Found, finding.Mend);
        if (plan.IsEmpty && !plan.IsRefused)
            terminal.Say(Text.Say("The machine is as it should be: nothing changes."));
        else if (!plan.IsEmpty)
            terminal.Say(Text.Count(plan.Changes.Count, $"{plan.Changes.Count} path changes.", $"{plan.Changes.Count} paths change."));
    }

    /// <summary>Writes the members of a plan and of what it would have refused.</summary>
    public static void Write(Utf8JsonWriter json, HostRequest request, Plan plan, IReadOnlyList<Finding> refused)
    {
        json.WriteStartArray("roles");
        foreach (var role in request.Applied)
            json.WriteStringValue(role.ToString());
        json.WriteEndArray();
        PlanJson.WriteMembers(json, plan);
        json.WriteStartArray("refusedImages");
        foreach (var finding in refused)
        {
            json.WriteStartObject();
            json.WriteString("rule", finding.Rule);
            json.WriteString("subject", finding.Subject);
            json.WriteString("found", finding.Found);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
