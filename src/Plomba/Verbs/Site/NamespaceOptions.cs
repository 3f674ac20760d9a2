using System.CommandLine;
using Plomba.CommandLine;
using Plomba.Site;
using Plomba.Site.Editing;
using Plomba.Site.Names;

namespace Plomba.Verbs.Site;

/// <summary>What <c>namespace add</c> and <c>namespace set</c> write: <c>--maker --key --fingerprint --require</c>.</summary>
internal sealed class NamespaceOptions
{
    private readonly Option<string[]> _maker = new("--maker") { Description = Text.Say("An account that may push and sign; repeatable."), HelpName = "ACCOUNT" };

    private readonly Option<string[]> _key = new("--key")
    {
        Description = Text.Say("A key that counts: its name in the site, or the file of a new one; repeatable."),
        HelpName = "NAME|FILE",
    };

    private readonly Option<string[]> _fingerprint = FingerprintConfirmation.CreateOption();

    private readonly Option<string?> _require = new("--require") { Description = Text.Say("Whether any of the keys is enough or all must sign."), HelpName = "any|all" };

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command command)
    {
        _require.AcceptOnlyFromAmong("any", "all");
        command.Add(_maker);
        command.Add(_key);
        command.Add(_fingerprint);
        command.Add(_require);
    }

    /// <summary>What is to be written, and the keys that enter the site with it, each of them confirmed.</summary>
    /// <exception cref="Failure">A name is wrong, or a fingerprint was not confirmed.</exception>
    public (NamespaceChange Change, IReadOnlyList<KeyAdmission> NewKeys) Read(ParseResult parsed, Terminal terminal, SiteDescription site)
    {
        var makers = (parsed.GetValue(_maker) ?? []).Select(Account).Distinct().ToList();
        var fingerprints = FingerprintConfirmation.Parse(parsed.GetValue(_fingerprint));
        var names = new List<KeyName>();
        var newKeys = new List<KeyAdmission>();
        foreach (var text in (parsed.GetValue(_key) ?? []).Distinct(StringComparer.Ordinal))
        {
            if (KeyName.TryParse(text, out var name, out _) && site.Keys.Any(k => k.Name == name))
            {
                names.Add(name);
                continue;
            }

            var key = SiteKeyAddVerb.Admit(terminal, site, text, null, fingerprints);
            names.Add(key.Name);
            newKeys.Add(key);
        }

        if (newKeys.Count == 0 && fingerprints.Count > 0)
            throw Failure.Usage(Text.Say("--fingerprint goes with the file of a new key"), Text.Say("Give the file with --key FILE."));
        var require = parsed.GetValue(_require) switch { "all" => KeyRequirement.All, "any" => KeyRequirement.Any, _ => (KeyRequirement?)null };
        return (new NamespaceChange(makers, names, require), newKeys);
    }

    private static AccountName Account(string text) =>
        AccountName.TryParse(text, out var account, out var why) ? account : throw Failure.Usage(Text.Say($"--maker {text}: {why}"));
}
