using System.Globalization;
using System.Text;

namespace Plomba.Hosts.Rules.Reports;

/// <summary>
/// A report as Nagios and Icinga take it from a plugin (Monitoring Plugins Development Guidelines): one line with a
/// status word and performance data, the findings below it, and the status again as the exit code.
/// </summary>
/// <param name="warn">From how many findings of any severity on it is a warning.</param>
/// <param name="critical">From how many errors on it is critical.</param>
public sealed class NagiosPlugin(int warn, int critical)
{
    /// <summary>The exit code of a check that could not be made.</summary>
    public const int Unknown = 3;

    /// <summary>0 OK, 1 WARNING, 2 CRITICAL. The worst that is reached counts.</summary>
    public int StatusOf(CheckReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return report.Errors >= critical ? 2 : report.Findings.Length >= warn ? 1 : 0;
    }

    /// <summary>Everything that is printed, with a line break at its end.</summary>
    public string Render(CheckReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var word = StatusOf(report) switch { 2 => "CRITICAL", 1 => "WARNING", _ => "OK" };
        var text = new StringBuilder($"PLOMBA {word} - {Plain(ReportText.Summary(report))}");
        if (report.Findings.Length > 0)
            text.Append(": ").AppendJoin(", ", report.Findings.Select(f => f.Rule).Distinct(StringComparer.Ordinal));
        text.Append(CultureInfo.InvariantCulture, $" | errors={report.Errors};;{critical};0; findings={report.Findings.Length};{warn};;0; images={report.Images};;;0; time={report.Duration.TotalSeconds:0.000}s;;;0;\n");
        foreach (var finding in report.Findings)
            text.Append(Plain($"{ReportText.Word(finding.Severity)} {finding.Rule} {finding.Subject}: {finding.Found}")).Append('\n');
        return text.ToString();
    }

    /// <summary>What is printed when the check could not be made.</summary>
    public static string RenderUnknown(string why) => $"PLOMBA UNKNOWN - {Plain(why)}\n";

    // A bar begins performance data, wherever it stands.
    private static string Plain(string text) => text.Replace('|', '/').ReplaceLineEndings(" ");
}
