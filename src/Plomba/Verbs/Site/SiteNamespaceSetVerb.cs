using System.CommandLine;
using Plomba.CommandLine;

namespace Plomba.Verbs.Site;

/// <summary><c>plomba site namespace set NAME</c>: what is given replaces what stands there, the rest stays.</summary>
internal static class SiteNamespaceSetVerb
{
    public static Command Create()
    {
        var name = SiteNamespaceVerb.CreateName();
        var options = new NamespaceOptions();
        var command = new Command("set", Text.Say("Replace the makers, the keys or the requirement of a namespace.")) { name, SiteOption.Site };
        options.AddTo(command);
        return command.Does((parsed, terminal, _) =>
        {
            var path = SiteOption.PathOf(parsed);
            var wanted = SiteNamespaceVerb.Parse(parsed.GetValue(name)!);
            var edit = SiteEdit.Open(path);
            if (edit.Site.Namespaces.All(n => n.Name != wanted))
                throw new Failure(Text.Say($"there is no namespace {wanted}"), Text.Say($"Add it with: plomba site namespace add {SiteNamespaceVerb.Argument(wanted)} --maker … --key …"));
            var (change, newKeys) = options.Read(parsed, terminal, edit.Site);
            if (change.IsEmpty)
                throw Failure.Usage(Text.Say("nothing to set"), Text.Say("Give --maker, --key or --require."));
            var described = newKeys.Aggregate(edit.Text, (text, key) => key.Describe(text, edit.Site));
            edit.Text = described.SetNamespace(wanted, change) ?? throw edit.NotEditable(Text.Say($"the namespace {wanted}"));
            var site = edit.Save(newKeys);
            terminal.Say($"{path}: {SiteNamespaceVerb.Describe(SiteJson.Of(site, site.Namespaces.First(n => n.Name == wanted)))}");
            return Task.FromResult(ExitCode.Done);
        });
    }
}
