using Plomba.Hosts.Rules;

namespace Plomba.Manual;

/// <summary>The manual page of the rules that <c>host check</c> holds a machine to.</summary>
internal static class RulesPage
{
    /// <summary>The page's name.</summary>
    public const string Name = "plomba-rules";

    /// <summary>The page, in the user's language: every rule with what is wrong and why that matters.</summary>
    /// <param name="version">The program's version.</param>
    public static string Of(string version)
    {
        var page = new Roff().Title("PLOMBA-RULES", "7", $"Plomba {version}", Text.Say("Plomba manual"))
            .Section(Text.Say("NAME")).Plain($"{Name} - {Text.Say("what plomba host check finds on a machine, and why it matters")}")
            .Section(Text.Say("DESCRIPTION")).Paragraph(Text.Say(
                "Every finding names its rule, what was found, and the command that mends it; plomba host check --fix runs those that need no decision. The numbers are stable."))
            .Section(Text.Say("RULES"));
        foreach (var rule in RuleSet.All.OrderBy(rule => rule.Id, StringComparer.Ordinal))
            page.Item(rule.Id, rule.Title, rule.Why);
        return page.Section(Text.Say("SEE ALSO")).Plain("plomba-host-check(1)").ToString();
    }
}
