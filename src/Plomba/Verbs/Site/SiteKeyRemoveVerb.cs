using System.CommandLine;
using Plomba.CommandLine;
using Plomba.Site.Names;

namespace Plomba.Verbs.Site;

/// <summary><c>plomba site key remove NAME</c>: refused while a namespace names it. The key's file stays.</summary>
internal static class SiteKeyRemoveVerb
{
    private static readonly Argument<string> Name = new("NAME") { Description = Text.Say("The key's name in the site.") };

    public static Command Create() => new Command("remove", Text.Say("Remove a key that no namespace names.")) { Name, SiteOption.Site }.Does((parsed, terminal, _) =>
    {
        var path = SiteOption.PathOf(parsed);
        var text = parsed.GetValue(Name)!;
        if (!KeyName.TryParse(text, out var name, out var why))
            throw Failure.Usage(Text.Say($"key {text}: {why}"));
        var edit = SiteEdit.Open(path);
        if (edit.Site.Keys.FirstOrDefault(k => k.Name == name) is not { } key)
            throw new Failure(Text.Say($"the site has no key {name}"), Text.Say("plomba site key list tells which it has."));
        if (edit.Site.Namespaces.Where(n => n.Keys.Contains(key)).Select(n => n.Name.ToString()).ToList() is { Count: > 0 } users)
        {
            throw new Failure(
                Text.Say($"the key {name} counts in {string.Join(", ", users)}"),
                Text.Say($"Nothing was changed. Name the other keys there first: plomba site namespace set {users[0]} --key OTHER."));
        }

        edit.Text = edit.Text.RemoveKey(name) ?? throw edit.NotEditable(Text.Say($"the key {name}"));
        edit.Save([]);
        terminal.Say(Text.Say($"{path}: the key {name} is removed; its file {edit.Site.FileOf(key)} stays and counts nowhere"));
        return Task.FromResult(ExitCode.Done);
    });
}
