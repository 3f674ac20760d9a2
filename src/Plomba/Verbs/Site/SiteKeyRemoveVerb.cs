using System.CommandLine;
using Plomba.CommandLine;
using Plomba.Site.Names;

namespace Plomba.Verbs.Site;

/// <summary><c>plomba site key remove NAME</c>: refused while a namespace names it. The key's file stays.</summary>
internal static class SiteKeyRemoveVerb
{
    private static readonly Argument<string> Name = new("NAME") { Description = "The key's name in the site." };

    public static Command Create() => new Command("remove", "Remove a key that no namespace names.") { Name, SiteOption.Site }.Does((parsed, terminal, _) =>
    {
        var path = SiteOption.PathOf(parsed);
        var text = parsed.GetValue(Name)!;
        if (!KeyName.TryParse(text, out var name, out var why))
            throw Failure.Usage($"key {text}: {why}");
        var edit = SiteEdit.Open(path);
        if (edit.Site.Keys.FirstOrDefault(k => k.Name == name) is not { } key)
            throw new Failure($"the site has no key {name}", "plomba site key list tells which it has.");
        if (edit.Site.Namespaces.Where(n => n.Keys.Contains(key)).Select(n => n.Name.ToString()).ToList() is { Count: > 0 } users)
        {
            throw new Failure(
                $"the key {name} counts in {string.Join(", ", users)}",
                $"Nothing was changed. Name the other keys there first: plomba site namespace set {users[0]} --key OTHER.");
        }

        edit.Text = edit.Text.RemoveKey(name) ?? throw edit.NotEditable($"the key {name}");
        edit.Save([]);
        terminal.Say($"{path}: the key {name} is removed; its file {edit.Site.FileOf(key)} stays and counts nowhere");
        return Task.FromResult(ExitCode.Done);
    });
}
