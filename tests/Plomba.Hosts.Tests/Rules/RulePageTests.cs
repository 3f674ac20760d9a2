using System.Globalization;
using System.Text.RegularExpressions;
using Plomba.Hosts.Rules;
using Plomba.Testing;

namespace Plomba.Hosts.Tests.Rules;

/// <summary>docs/rules.md and its Russian sister have a section for each rule, with the program's own words.</summary>
public sealed partial class RulePageTests
{
    [Theory]
    [InlineData("rules.md", "en", "What", "Why", "Mend")]
    [InlineData("rules.ru.md", "ru", "Что", "Почему", "Исправить")]
    public void Every_rule_has_a_section_with_what_why_and_mend(string page, string language, string what, string why, string mend)
    {
        var before = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        try
        {
            var text = File.ReadAllText(Path.Combine(PlombaProgram.Repository, "docs", page));
            Assert.Equal(RuleSet.All.Select(r => $"{r.Id} {r.Title}"), Heading().Matches(text).Select(m => m.Groups["title"].Value));
            foreach (var rule in RuleSet.All)
            {
                var section = text.Split($"## {rule.Id} ")[1].Split("\n## ")[0];
                Assert.Contains($"\n- **{what}**: ", section, StringComparison.Ordinal);
                Assert.Contains($"\n- **{why}**: {rule.Why}\n", section, StringComparison.Ordinal);
                Assert.Contains($"\n- **{mend}**: ", section, StringComparison.Ordinal);
            }
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }

    [GeneratedRegex(@"^## (?<title>P[0-9]{3} .*)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Heading();
}
