using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Plomba.Hosts.Rules;
using Plomba.Hosts.Rules.Reports;

namespace Plomba.Hosts.Tests.Rules;

public sealed partial class ReportTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData(0, 0, "OK", 0)]
    [InlineData(0, 1, "WARNING", 1)]
    [InlineData(1, 0, "CRITICAL", 2)]
    [InlineData(1, 5, "CRITICAL", 2)]
    public void Nagios_gets_the_worst_status_that_is_reached(int errors, int warnings, string word, int code)
    {
        var nagios = new NagiosPlugin(1, 1);
        var report = Report(errors, warnings);
        Assert.Equal(code, nagios.StatusOf(report));
        Assert.StartsWith($"PLOMBA {word} - ", nagios.Render(report), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, 3, 2, 0, 0)]
    [InlineData(2, 2, 2, 0, 2)]
    [InlineData(1, 3, 2, 0, 1)]
    [InlineData(5, 1, 1, 0, 2)] // critical counts although the threshold of the warning is higher
    public void Thresholds_are_judged_from_the_worst_down(int warn, int critical, int errors, int warnings, int code) =>
        Assert.Equal(code, new NagiosPlugin(warn, critical).StatusOf(Report(errors, warnings)));

    [Fact]
    public void Foreign_text_makes_no_performance_data_and_no_line()
    {
        var text = new NagiosPlugin(1, 1).Render(Report(1, 0, "image | errors=0 $(id)"));
        var lines = text.TrimEnd('\n').Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.Single(text, c => c == '|');
        Assert.Matches(@"\APLOMBA CRITICAL - .*: P102 \| errors=1;;1;0; findings=1;1;;0; images=7;;;0; time=0\.250s;;;0;\z", lines[0]);
    }

    [Fact]
    public void Prometheus_can_read_every_line_and_finds_every_rule()
    {
        var text = PrometheusText.Of(Report(2, 1));
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var (help, type, samples) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            if (HelpLine().Match(line) is { Success: true } h)
                Assert.True(help.Add(h.Groups[1].Value), line);
            else if (TypeLine().Match(line) is { Success: true } t)
                Assert.True(type.Add(t.Groups[1].Value), line);
            else
                Assert.True(SampleLine().Match(line) is { Success: true } s && type.Contains(s.Groups[1].Value) && samples.Add(s.Groups[1].Value + s.Groups[2].Value), line);
        }

        Assert.Equal(help, type);
        Assert.Equal(RuleSet.All.Length * 2, samples.Count(s => s.StartsWith("plomba_host_findings{", StringComparison.Ordinal)));
        Assert.Contains("plomba_host_findings{rule=\"P102\",severity=\"error\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains($"plomba_host_check_timestamp_seconds {At.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_is_one_document_with_stable_keys()
    {
        var text = ReportJson.Of(Report(1, 1));
        Assert.Single(text, c => c == '\n');
        var root = JsonDocument.Parse(text).RootElement;
        Assert.Equal((1, 1, 7, "2026-01-02T03:04:05Z"), (root.GetProperty("errors").GetInt32(), root.GetProperty("warnings").GetInt32(), root.GetProperty("images").GetInt32(), root.GetProperty("at").GetString()));
        Assert.Equal(["rule", "severity", "subject", "found", "why", "mend"], root.GetProperty("findings")[0].EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public void Ids_are_unique_in_order_and_keep_the_old_numbers()
    {
        var ids = RuleSet.All.Select(r => r.Id).ToList();
        Assert.Equal(ids.Distinct().Order(StringComparer.Ordinal), ids);
        Assert.Subset(ids.ToHashSet(), new HashSet<string> { "P101", "P102", "P103", "P104", "P105", "P106", "P107" });
        Assert.All(ids, id => Assert.Matches(@"\AP[1-9][0-9]{2}\z", id));
    }

    private static CheckReport Report(int errors, int warnings, string found = "found") => new(
        RuleSet.All,
        [.. Findings("P102", Severity.Error, errors, found), .. Findings("P202", Severity.Warning, warnings, found)],
        7,
        3,
        At,
        TimeSpan.FromMilliseconds(250));

    private static ImmutableArray<Finding> Findings(string rule, Severity severity, int count, string found) =>
        [.. Enumerable.Repeat(new Finding(rule, severity, "carol", found, "why", "mend"), count)];

    // https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
    [GeneratedRegex(@"\A# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) [^\n\\]+\z")]
    private static partial Regex HelpLine();

    [GeneratedRegex(@"\A# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (?:counter|gauge|histogram|summary|untyped)\z")]
    private static partial Regex TypeLine();

    [GeneratedRegex("""\A([a-zA-Z_:][a-zA-Z0-9_:]*)(\{[a-zA-Z_][a-zA-Z0-9_]*="[^"\\\n]*"(?:,[a-zA-Z_][a-zA-Z0-9_]*="[^"\\\n]*")*\})? -?[0-9]+(?:\.[0-9]+)?\z""")]
    private static partial Regex SampleLine();
}
