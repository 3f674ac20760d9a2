using System.CommandLine;
using Plomba.CommandLine;

namespace Plomba.Verbs.Site;

/// <summary><c>plomba site namespace remove NAME</c>: dangerous, as clients then refuse what lies in it.</summary>
internal static class SiteNamespaceRemoveVerb
{
    private static readonly Option<bool> Yes = new("--yes") { Description = Text.Say("Do not ask.") };

    public static Command Create()
    {
        var name = SiteNamespaceVerb.CreateName();
        return new Command("remove", Text.Say("Remove a namespace; its images and keys stay.")) { name, Yes, SiteOption.Site }.Does((parsed, terminal, _) =>
        {
            var path = SiteOption.PathOf(parsed);
            var wanted = SiteNamespaceVerb.Parse(parsed.GetValue(name)!);
            var edit = SiteEdit.Open(path);
            if (edit.Site.Namespaces.All(n => n.Name != wanted))
                throw new Failure(Text.Say($"there is no namespace {wanted}"), Text.Say("plomba site namespace list tells which there are."));
            if (!parsed.GetValue(Yes) && !Terminal.IsInteractive)
                throw Failure.Usage(Text.Say($"removing {wanted} closes it for every client"), Text.Say("Nobody can be asked here: give --yes."));
            if (!parsed.GetValue(Yes) && !terminal.Confirm(Text.Say($"Clients will refuse the images of {wanted}, unless another namespace holds them. Remove it?")))
                throw new Failure(Text.Say($"the namespace {wanted} was not removed"));
            edit.Text = edit.Text.RemoveNamespace(wanted) ?? throw edit.NotEditable(Text.Say($"the namespace {wanted}"));
            edit.Save([]);
            terminal.Say(Text.Say($"{path}: the namespace {wanted} is removed"));
            return Task.FromResult(ExitCode.Done);
        });
    }
}
