using System.CommandLine;
using Plomba.CommandLine;

namespace Plomba.Verbs.Site;

/// <summary><c>plomba site namespace add NAME</c></summary>
internal static class SiteNamespaceAddVerb
{
    public static Command Create()
    {
        var name = SiteNamespaceVerb.CreateName();
        var options = new NamespaceOptions();
        var command = new Command("add", Text.Say("Add a namespace.")) { name, SiteOption.Site };
        options.AddTo(command);
        return command.Does((parsed, terminal, _) =>
        {
            var path = SiteOption.PathOf(parsed);
            var wanted = SiteNamespaceVerb.Parse(parsed.GetValue(name)!);
            var edit = SiteEdit.Open(path);
            if (edit.Site.Namespaces.Any(n => n.Name == wanted))
                throw new Failure(Text.Say($"the namespace {wanted} is there already"), Text.Say($"Change it with: plomba site namespace set {SiteNamespaceVerb.Argument(wanted)} --maker … --key …"));
            var (change, newKeys) = options.Read(parsed, terminal, edit.Site);
            edit.Text = newKeys.Aggregate(edit.Text, (text, key) => key.Describe(text, edit.Site)).AddNamespace(wanted, change);
            var site = edit.Save(newKeys);
            var added = site.Namespaces.First(n => n.Name == wanted);
            terminal.Say($"{path}: {SiteNamespaceVerb.Describe(SiteJson.Of(site, added))}");
            if (added.Keys.Count == 0)
                terminal.Say(Text.Say($"No key counts there yet, so its images are refused: plomba site namespace set {SiteNamespaceVerb.Argument(wanted)} --key NAME|FILE"));
            return Task.FromResult(ExitCode.Done);
        });
    }
}
