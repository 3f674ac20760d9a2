using System.CommandLine;
using Plomba.CommandLine;

namespace Plomba.Verbs.Site;

/// <summary><c>plomba site namespace remove NAME</c>: dangerous, as clients then refuse what lies in it.</summary>
internal static class SiteNamespaceRemoveVerb
{
    private static readonly Option<bool> Yes = new("--yes") { Description = "Do not ask." };

    public static Command Create()
    {
        var name = SiteNamespaceVerb.CreateName();
        return new Command("remove", "Remove a namespace; its images and keys stay.") { name, Yes, SiteOption.Site }.Does((parsed, terminal, _) =>
        {
            var path = SiteOption.PathOf(parsed);
            var wanted = SiteNamespaceVerb.Parse(parsed.GetValue(name)!);
            var edit = SiteEdit.Open(path);
            if (edit.Site.Namespaces.All(n => n.Name != wanted))
                throw new Failure($"there is no namespace {wanted}", "plomba site namespace list tells which there are.");
            if (!parsed.GetValue(Yes) && !Terminal.IsInteractive)
                throw Failure.Usage($"removing {wanted} closes it for every client", "Nobody can be asked here: give --yes.");
            if (!parsed.GetValue(Yes) && !terminal.Confirm($"Clients will refuse the images of {wanted}, unless another namespace holds them. Remove it?"))
                throw new Failure($"the namespace {wanted} was not removed");
            edit.Text = edit.Text.RemoveNamespace(wanted) ?? throw edit.NotEditable($"the namespace {wanted}");
            edit.Save([]);
            terminal.Say($"{path}: the namespace {wanted} is removed");
            return Task.FromResult(ExitCode.Done);
        });
    }
}
