using System.Collections.Immutable;

namespace Plomba.Hosts.Rules;

/// <summary>What a check of a machine gave.</summary>
/// <param name="Rules">The rules that were checked, by id.</param>
/// <param name="Findings">By rule, then as the rule gave them; at most <see cref="MostFindings"/> a rule.</param>
/// <param name="Images">Stored images that were judged.</param>
/// <param name="Users">Users that were looked at.</param>
/// <param name="At">When it began.</param>
/// <param name="Duration">How long it took.</param>
public sealed record CheckReport(
    ImmutableArray<Rule> Rules, ImmutableArray<Finding> Findings, int Images, int Users, DateTimeOffset At, TimeSpan Duration)
{
    /// <summary>More findings of one rule are not reported: their owner can make any number.</summary>
    public const int MostFindings = 200;

    /// <summary>How many findings are errors.</summary>
    public int Errors => Findings.Count(f => f.Severity == Severity.Error);

    /// <summary>How many are warnings.</summary>
    public int Warnings => Findings.Length - Errors;
}
