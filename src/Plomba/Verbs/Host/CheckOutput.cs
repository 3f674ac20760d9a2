using System.Collections.Immutable;
using System.Text;
using Plomba.CommandLine;
using Plomba.Files;
using Plomba.Hosts.Rules;
using Plomba.Hosts.Rules.Reports;

namespace Plomba.Verbs.Host;

/// <summary>How <c>host check</c> reports: to people, programs, Nagios or Prometheus.</summary>
/// <param name="Format">One of <see cref="Formats"/>.</param>
/// <param name="Nagios">The thresholds.</param>
/// <param name="File">Where to; null: stdout.</param>
internal sealed record CheckOutput(string Format, NagiosPlugin Nagios, string? File)
{
    /// <summary>Speaks the plugin's exit codes in place of ours.</summary>
    public const string ForNagios = "nagios";

    /// <summary>All formats.</summary>
    public static ImmutableArray<string> Formats { get; } = ["text", "json", ForNagios, "prometheus"];

    /// <summary>Reports, and says what the process exits with.</summary>
    public int Write(Terminal terminal, CheckReport report)
    {
        var text = Format switch
        {
            "json" => ReportJson.Of(report),
            ForNagios => Nagios.Render(report),
            "prometheus" => PrometheusText.Of(report),
            _ => ReportText.Of(report),
        };
        // Whole or not at all: a collector may read the file at any moment.
        if (File is { } file)
            DurableFile.Write(file, Encoding.UTF8.GetBytes(text));
        else if (text.Length > 0)
            terminal.WriteLine(text.TrimEnd('\n'));
        if (Format == "text")
            terminal.Say(ReportText.Summary(report));
        return Format == ForNagios ? Nagios.StatusOf(report) : report.Errors > 0 ? ExitCode.Refused : ExitCode.Done;
    }
}
