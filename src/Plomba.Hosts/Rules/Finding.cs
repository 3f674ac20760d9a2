namespace Plomba.Hosts.Rules;

/// <summary>How bad a finding is.</summary>
public enum Severity
{
    /// <summary>Somebody should look at it; nothing is open and nothing stands still.</summary>
    Warning,

    /// <summary>What the site promises does not hold on this machine, or a pull or a start fails.</summary>
    Error,
}

/// <summary>Something on a machine that is not as its site wants it.</summary>
/// <param name="Rule">The rule's id: stable.</param>
/// <param name="Severity">How bad.</param>
/// <param name="Subject">What it is about: a user, a path, an image. Foreign text, quoted where it can be anything.</param>
/// <param name="Found">What was found, in the user's language. Foreign text in it is quoted.</param>
/// <param name="Why">Why it matters.</param>
/// <param name="Mend">The command that mends it, or what to do where no command can.</param>
public sealed record Finding(string Rule, Severity Severity, string Subject, string Found, string Why, string Mend);
