using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Plomba.Testing;

namespace Plomba.Tests;

/// <summary>The pages lead somewhere: their links, the list of decisions, and the command lines they show.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string Decisions = Path.Combine(PlombaProgram.Repository, "docs", "decisions");
    private static readonly ConcurrentDictionary<string, Task<string>> HelpTexts = new(StringComparer.Ordinal);

    private static IEnumerable<string> Pages => Directory
        .EnumerateFiles(PlombaProgram.Repository, "*.md")
        .Concat(new[] { "docs", "src", "tests", "bench" }
            .Select(name => Path.Combine(PlombaProgram.Repository, name))
            .Where(Directory.Exists)
            .SelectMany(directory => Directory.EnumerateFiles(directory, "*.md", SearchOption.AllDirectories)));

    [Fact]
    public void Every_relative_link_points_to_a_file()
    {
        var links = Pages.SelectMany(page => Link().Matches(File.ReadAllText(page)).Select(link => (Page: page, Target: link.Groups["target"].Value)))
            .Where(link => !link.Target.Contains("://", StringComparison.Ordinal) && !link.Target.StartsWith("mailto:", StringComparison.Ordinal))
            .ToList();

        Assert.NotEmpty(links);
        Assert.All(links, link =>
        {
            var parts = link.Target.Split('#', 2);
            var target = parts[0].Length == 0 ? link.Page : Path.Combine(Path.GetDirectoryName(link.Page)!, parts[0]);
            Assert.True(Path.Exists(target), $"{link.Page} links to {link.Target}");
            if (parts.Length == 2)
                Assert.True(Headings(target).Contains(parts[1], StringComparer.Ordinal), $"{link.Page} links to {link.Target}, and there is no such heading");
        });
    }

    [Fact]
    public void Every_decision_is_listed_under_a_number_of_its_own()
    {
        var files = Directory.EnumerateFiles(Decisions, "0*.md").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal).ToList();
        var index = File.ReadAllText(Path.Combine(Decisions, "README.md"));

        Assert.Distinct(files.Select(file => file[..4]));
        Assert.All(files, file =>
        {
            var title = File.ReadLines(Path.Combine(Decisions, file)).First();
            Assert.StartsWith($"# {int.Parse(file.AsSpan(0, 4), System.Globalization.CultureInfo.InvariantCulture)}. ", title, StringComparison.Ordinal);
            Assert.Contains($"| {file[..4]} | [{title[(title.IndexOf(". ", StringComparison.Ordinal) + 2)..]}]({file}) |", index, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Every_page_below_docs_is_in_its_index()
    {
        var index = File.ReadAllText(Path.Combine(PlombaProgram.Repository, "docs", "README.md"));
        Assert.All(
            Directory.EnumerateFiles(Path.Combine(PlombaProgram.Repository, "docs"), "*.md").Select(path => Path.GetFileName(path)!).Where(name => name != "README.md"),
            name => Assert.Contains($"]({name})", index, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_command_line_of_the_pages_names_verbs_and_options_that_exist()
    {
        var commands = Pages.SelectMany(page => CommandLine().Matches(File.ReadAllText(page)).Select(found => (Page: Path.GetFileName(page)!, Text: found.Groups["command"].Value)))
            .Distinct().ToList();

        Assert.True(commands.Count > 20, $"only {commands.Count} command lines were found");
        var wrong = (await Task.WhenAll(commands.Select(async command => (command, Why: await WrongAsync(command.Text)))))
            .Where(checkedOne => checkedOne.Why is not null);
        Assert.Empty(wrong.Select(one => $"{one.command.Page}: {one.command.Text}: {one.Why}"));
    }

    [Fact]
    public async Task A_command_line_of_another_program_version_is_found_wrong()
    {
        Assert.NotNull(await WrongAsync("plomba no-such-verb"));
        Assert.NotNull(await WrongAsync("plomba site no-such-verb"));
        Assert.NotNull(await WrongAsync("plomba verify --no-such-option IMAGE"));
        Assert.NotNull(await WrongAsync("plomba verify -z IMAGE"));
        Assert.Null(await WrongAsync("plomba site key add FILE --name images --fingerprint=FPR"));
        Assert.Null(await WrongAsync("plomba verify --policy policy.json -a dir:image 2>&1"));
    }

    [Fact]
    public void Every_test_that_a_page_names_exists()
    {
        var named = Pages.Where(page => Path.GetFileName(page) == "threats.md")
            .SelectMany(page => TestName().Matches(File.ReadAllText(page)).Select(found => (Class: found.Groups["class"].Value, Method: found.Groups["method"].Value)))
            .Distinct().ToList();
        var sources = Directory.EnumerateFiles(Path.Combine(PlombaProgram.Repository, "tests"), "*.cs", SearchOption.AllDirectories)
            .ToLookup(path => Path.GetFileNameWithoutExtension(path), StringComparer.Ordinal);

        Assert.NotEmpty(named);
        Assert.All(named, test => Assert.True(
            sources[test.Class].Any(path => File.ReadAllText(path).Contains($" {test.Method}(", StringComparison.Ordinal)),
            $"there is no test {test.Class}.{test.Method}"));
    }

    [Theory]
    [InlineData("signing.md", "What a refusal means")]
    [InlineData("signing.md", "What the registry says to a maker")]
    [InlineData("operating.md", "When something is damaged")]
    public void Every_message_that_a_page_explains_stands_in_the_program(string page, string heading)
    {
        var section = File.ReadAllText(Path.Combine(PlombaProgram.Repository, "docs", page)).Split($"## {heading}\n")[1].Split("\n## ")[0];
        var texts = section.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(line => Quoted().Matches(line.Split(" | ")[0]).Select(text => text.Groups["text"].Value)).ToList();
        var program = string.Join('\n', Directory.EnumerateFiles(Path.Combine(PlombaProgram.Repository, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal)).Select(File.ReadAllText)).Replace("\\\"", "\"", StringComparison.Ordinal);

        Assert.True(texts.Count > 5, $"only {texts.Count} messages were found");
        Assert.All(texts.SelectMany(text => Placeholder().Split(text)).Select(part => part.Trim(' ', '"')).Where(part => part.Length > 3), part =>
            Assert.Contains(part, program, StringComparison.Ordinal));
    }

    // Follows the verbs from help to help, then looks for each option in the help of the last one.
    private static async Task<string?> WrongAsync(string command)
    {
        var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).TakeWhile(word => word is not ("|" or "&&" or "&" or "||" or "#")).ToList();
        var verbs = new List<string>();
        foreach (var word in words.TakeWhile(word => Verb().IsMatch(word)))
        {
            if (!Commands(await HelpAsync(verbs)).Contains(word, StringComparer.Ordinal))
                break;
            verbs.Add(word);
        }

        var help = await HelpAsync(verbs);
        if (words.Skip(verbs.Count).FirstOrDefault() is { } next && Verb().IsMatch(next) && Commands(help).Any())
            return $"there is no verb {next}";
        return words.Where(word => word.StartsWith('-')).Select(word => word.Split('=')[0])
            .FirstOrDefault(option => !Regex.IsMatch(help, $@"(^|[\s,]){Regex.Escape(option)}([\s,]|$)", RegexOptions.Multiline)) is { } unknown
            ? $"there is no option {unknown}"
            : null;
    }

    private static IEnumerable<string> Commands(string help) =>
        help.Split('\n').SkipWhile(line => !line.StartsWith("Commands:", StringComparison.Ordinal)).Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault()).OfType<string>();

    private static Task<string> HelpAsync(List<string> verbs) => HelpTexts.GetOrAdd(
        string.Join(' ', verbs), async name => (await PlombaProgram.RunAsync([.. name.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"])).Text);

    // The anchors that GitHub and GitLab make of headings.
    private static IEnumerable<string> Headings(string page) => Heading().Matches(File.ReadAllText(page))
        .Select(heading => string.Concat(heading.Groups["text"].Value.Trim().ToLowerInvariant()
            .Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-'));

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    // At the beginning of a line, and in backticks.
    [GeneratedRegex(@"(?:^ *(?:\$ )?|`)(?<command>plomba [^`\n]+)(?=`|$)", RegexOptions.Multiline)]
    private static partial Regex CommandLine();

    [GeneratedRegex("^[a-z]+(-[a-z]+)*$")]
    private static partial Regex Verb();

    [GeneratedRegex("`(?<text>[^`]+)`")]
    private static partial Regex Quoted();

    // What stands for a name or a number, and where one message continues with another.
    [GeneratedRegex(@"…|: |\b(?:FILE|DIR|DIGEST|N|M)\b")]
    private static partial Regex Placeholder();

    [GeneratedRegex("`(?<class>[A-Za-z]+)\\.(?<method>[A-Z][A-Za-z0-9]*_[A-Za-z_0-9]+)`")]
    private static partial Regex TestName();
}
