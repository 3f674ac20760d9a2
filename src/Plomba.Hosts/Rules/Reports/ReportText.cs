using System.Text;

namespace Plomba.Hosts.Rules.Reports;

/// <summary>A report for people: what, why, and the command that mends it.</summary>
public static class ReportText
{
    /// <summary>The findings, three lines each; empty when there are none.</summary>
    public static string Of(CheckReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var text = new StringBuilder();
        foreach (var finding in report.Findings)
        {
            text.Append(Word(finding.Severity)).Append(' ').Append(finding.Rule).Append(' ').Append(finding.Subject).Append(": ").Append(finding.Found).Append('\n');
            text.Append("    ").Append(finding.Why).Append('\n');
            text.Append("    ").Append(Text.Say($"mend: {finding.Mend}")).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>One line that says how it ended.</summary>
    public static string Summary(CheckReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var errors = Text.Count(report.Errors, $"{report.Errors} error", $"{report.Errors} errors");
        var warnings = Text.Count(report.Warnings, $"{report.Warnings} warning", $"{report.Warnings} warnings");
        return Text.Say($"{errors}, {warnings}; users: {report.Users}, images: {report.Images}, rules: {report.Rules.Length}");
    }

    internal static string Word(Severity severity) => severity == Severity.Error ? Text.Say("error") : Text.Say("warning");
}
