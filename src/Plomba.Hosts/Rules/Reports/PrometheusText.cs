using System.Globalization;
using System.Text;

namespace Plomba.Hosts.Rules.Reports;

/// <summary>A report in Prometheus' text format, for the textfile collector of node_exporter. Every rule is there, also with nothing found.</summary>
public static class PrometheusText
{
    /// <summary>The whole file.</summary>
    public static string Of(CheckReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var text = new StringBuilder();
        Head(text, "plomba_host_findings", "Findings of a rule of plomba host check.");
        foreach (var rule in report.Rules)
        {
            foreach (var (severity, word) in new[] { (Severity.Error, "error"), (Severity.Warning, "warning") })
                text.Append(CultureInfo.InvariantCulture, $"plomba_host_findings{{rule=\"{rule.Id}\",severity=\"{word}\"}} {report.Findings.Count(f => f.Rule == rule.Id && f.Severity == severity)}\n");
        }

        One(text, "plomba_host_images", "Stored images that were verified.", report.Images);
        One(text, "plomba_host_users", "Users whose configuration was looked at.", report.Users);
        One(text, "plomba_host_check_timestamp_seconds", "When the check began, in seconds since 1970.", report.At.ToUnixTimeSeconds());
        One(text, "plomba_host_check_duration_seconds", "How long the check took.", report.Duration.TotalSeconds);
        return text.ToString();
    }

    private static void One(StringBuilder text, string name, string help, double value)
    {
        Head(text, name, help);
        text.Append(CultureInfo.InvariantCulture, $"{name} {value:0.###}\n");
    }

    private static void Head(StringBuilder text, string name, string help) => text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} gauge\n");
}
