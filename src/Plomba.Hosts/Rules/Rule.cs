using Plomba.Hosts.Plans;
using Plomba.Trust;

namespace Plomba.Hosts.Rules;

/// <summary>
/// One thing that must hold on a machine: one file each, listed in <see cref="RuleSet"/>, with a section of its id in
/// docs/rules.md. A rule reads and never writes, contacts or runs anything: what servers answer is asked before, where it is
/// wanted.
/// </summary>
public abstract class Rule
{
    /// <summary>Stable: <c>P</c> and three digits. 101 to 107 keep the numbers that administrators know from podsec.</summary>
    public abstract string Id { get; }

    /// <summary>What is wrong when it is broken, in a few words of the user's language.</summary>
    public abstract string Title { get; }

    /// <summary>Why it matters, in a sentence.</summary>
    public abstract string Why { get; }

    /// <summary>Whether it finds something only after <see cref="CheckedMachine.AskNetworkAsync"/>.</summary>
    public virtual bool NeedsNetwork => false;

    /// <summary>Everything that breaks it, in a stable order.</summary>
    public abstract IEnumerable<Finding> Check(CheckedMachine machine);

    /// <summary>Whether <c>--fix</c> mends this rule by what a role wants at that path. False: nothing but a person can mend it.</summary>
    public virtual bool IsMendedBy(DesiredEntry entry) => false;

    private protected Finding Error(string subject, string found, string mend) => Make(Severity.Error, subject, found, mend);

    private protected Finding Warning(string subject, string found, string mend) => Make(Severity.Warning, subject, found, mend);

    // Names of users, files and images may hold anything: from here on nothing does that moves a cursor or ends a line.
    private Finding Make(Severity severity, string subject, string found, string mend) =>
        new(Id, severity, QuotedText.Printable(subject), QuotedText.Printable(found), Why, QuotedText.Printable(mend));
}
