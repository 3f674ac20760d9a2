using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Plomba.Hosts.Rules.Reports;

/// <summary>A report for programs. Codes and keys are stable; texts are in the user's language.</summary>
public static class ReportJson
{
    /// <summary>One object, in one line.</summary>
    public static string Of(CheckReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
            Write(json, report);
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length) + "\n";
    }

    private static void Write(Utf8JsonWriter json, CheckReport report)
    {
        json.WriteStartObject();
        json.WriteString("at", report.At.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        json.WriteNumber("seconds", Math.Round(report.Duration.TotalSeconds, 3));
        json.WriteNumber("errors", report.Errors);
        json.WriteNumber("warnings", report.Warnings);
        json.WriteNumber("users", report.Users);
        json.WriteNumber("images", report.Images);
        json.WriteStartArray("rules");
        foreach (var rule in report.Rules)
            json.WriteStringValue(rule.Id);
        json.WriteEndArray();
        json.WriteStartArray("findings");
        foreach (var finding in report.Findings)
        {
            json.WriteStartObject();
            json.WriteString("rule", finding.Rule);
            json.WriteString("severity", finding.Severity == Severity.Error ? "error" : "warning");
            json.WriteString("subject", finding.Subject);
            json.WriteString("found", finding.Found);
            json.WriteString("why", finding.Why);
            json.WriteString("mend", finding.Mend);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
