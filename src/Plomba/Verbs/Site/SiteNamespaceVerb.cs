using System.CommandLine;
using Plomba.CommandLine;
using Plomba.Site.Names;

namespace Plomba.Verbs.Site;

/// <summary><c>plomba site namespace add|set|remove|list</c></summary>
internal static class SiteNamespaceVerb
{
    public static Command Create() => new("namespace", Text.Say("Who may push and sign where, and which keys count there."))
    {
        SiteNamespaceAddVerb.Create(),
        SiteNamespaceSetVerb.Create(),
        SiteNamespaceRemoveVerb.Create(),
        List(),
    };

    /// <summary>The NAME of these verbs.</summary>
    public static Argument<string> CreateName() => new("NAME") { Description = Text.Say("Repository-path prefix under the registry's name, such as alt.") };

    /// <summary>The name, or a usage error.</summary>
    public static NamespaceName Parse(string text) =>
        NamespaceName.TryParse(text, out var name, out var why) ? name : throw Failure.Usage(Text.Say($"namespace {text}: {why}"));

    /// <summary>The name as it is typed.</summary>
    public static string Argument(NamespaceName name) => name == NamespaceName.Whole ? "\"\"" : name.Text;

    /// <summary>A namespace on one line.</summary>
    public static string Describe(SiteNamespaceJson n)
    {
        var described = Text.Say($"{n.Scope}  makers: {Words(n.Makers)}  keys: {Words(n.Keys)}");
        return n.Keys.Count <= 1 ? described : n.Require == "all" ? Text.Say($"{described} (all of them)") : Text.Say($"{described} (any of them)");
    }

    private static string Words(IReadOnlyList<string> words) => words.Count == 0 ? Text.Say("none") : string.Join(", ", words);

    private static Command List() => new Command("list", Text.Say("List the namespaces.")) { SiteOption.Site }.Does((parsed, terminal, _) =>
    {
        var site = SiteOption.Load(parsed);
        var namespaces = site.Namespaces.Select(n => SiteJson.Of(site, n)).ToArray();
        if (terminal.Json)
            terminal.WriteJson(namespaces, SiteJsonContext.Default.SiteNamespaceJsonArray);
        else
            Array.ForEach(namespaces, n => terminal.WriteLine(Describe(n)));
        return Task.FromResult(ExitCode.Done);
    });
}
