using System.Text.RegularExpressions;
using Plomba.Files;
using Plomba.Hosts.Rules;
using Plomba.Testing;

namespace Plomba.Tests.Manual;

/// <summary>The manual in both languages, written once for all tests.</summary>
public sealed class WrittenManual : IAsyncLifetime
{
    private readonly TemporaryDirectory directory = new();

    /// <summary>The English one; the Russian one is in <c>ru</c> below it.</summary>
    public string Path => directory.Path;

    public async ValueTask InitializeAsync()
    {
        var english = await RunAsync("C.UTF-8", "man-pages", directory.Path);
        var russian = await RunAsync("ru_RU.UTF-8", "man-pages", directory.Combine("ru"));
        Assert.Equal((0, 0), (english.ExitCode, russian.ExitCode));
    }

    public ValueTask DisposeAsync()
    {
        directory.Dispose();
        return ValueTask.CompletedTask;
    }

    internal static Task<ChildResult> RunAsync(string locale, params string[] arguments) => ChildProcess.RunAsync(
        PlombaProgram.Path, arguments, environment: new Dictionary<string, string?>(StringComparer.Ordinal) { ["LC_ALL"] = locale, ["LANGUAGE"] = null });
}

/// <summary>The manual that the program writes.</summary>
public sealed partial class ManualTests(WrittenManual directory) : IClassFixture<WrittenManual>
{
    [Fact]
    public async Task Every_verb_has_a_page_in_both_languages()
    {
        string[] verbs = ["plomba", .. await VerbsBelowAsync("plomba")];
        var pages = verbs.Select(verb => $"{verb.Replace(' ', '-')}.1").Order(StringComparer.Ordinal).ToList();

        Assert.True(pages.Count > 30, $"only {pages.Count} verbs were found");
        Assert.Equal(pages, Pages("man1").Select(page => Path.GetFileName(page)!));
        Assert.Equal(pages, Pages("ru/man1").Select(page => Path.GetFileName(page)!));
    }

    [Theory]
    [InlineData("verify")]
    [InlineData("key", "new")]
    [InlineData("site", "namespace", "add")]
    [InlineData("standalone-verify")]
    public async Task A_page_names_every_option_and_argument_of_its_verb(params string[] verb)
    {
        var help = (await RunAsync("C.UTF-8", [.. verb, "--help"])).Text;
        var page = Shown(await File.ReadAllTextAsync(Path.Combine(directory.Path, "man1", $"plomba-{string.Join('-', verb)}.1"), TestContext.Current.CancellationToken));
        var named = Row().Matches(help).Select(row => row.Groups["name"].Value).ToList();

        Assert.True(named.Count > 5, help);
        Assert.All(named, name => Assert.Contains($"\\fB{name}", page.Replace(", ", "\\fB", StringComparison.Ordinal), StringComparison.Ordinal));
    }

    [Fact]
    public void Every_page_tells_every_exit_code()
    {
        foreach (var page in Pages("man1").Concat(Pages("ru/man1")))
        {
            var codes = Items(page).Select(item => item.Term).Where(term => term.All(char.IsAsciiDigit)).ToList();
            string[] wanted = Path.GetFileName(page) switch
            {
                "plomba-list-tags.1" or "plomba-manifest-digest.1" or "plomba-standalone-sign.1" or "plomba-standalone-verify.1" => ["0", "1"],
                "plomba-serve.1" => ["0", "1", "2", "3", "130"],
                _ => ["0", "1", "2", "3", "130", "143"],
            };
            Assert.Equal(wanted, codes);
        }
    }

    [Fact]
    public void The_page_of_the_rules_has_each_of_them()
    {
        var rules = RuleSet.All.Select(rule => rule.Id).Order(StringComparer.Ordinal).ToList();
        Assert.NotEmpty(rules);
        Assert.Equal(rules, Items(Path.Combine(directory.Path, "man7", "plomba-rules.7")).Select(item => item.Term));
    }

    [Fact]
    public void A_Russian_page_has_the_items_of_the_English_one_and_describes_all_of_them_in_Russian()
    {
        foreach (var (english, russian) in Pages("man1").Concat(Pages("man7")).Zip(Pages("ru/man1").Concat(Pages("ru/man7"))))
        {
            var items = Items(russian).ToList();
            Assert.Equal(Items(english).Select(item => item.Term), items.Select(item => item.Term));
            Assert.All(items.Where(item => !item.Text.StartsWith('<')), item => Assert.True(Cyrillic().IsMatch(item.Text), $"{russian}: {item.Term}: {item.Text}"));
            Assert.Matches(Cyrillic(), File.ReadAllLines(russian)[2]);
        }
    }

    [Fact]
    public async Task Groff_finds_nothing_wrong_with_a_page()
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("groff"), "groff is not installed");
        foreach (var page in Pages("man1").Concat(Pages("ru/man1")).Concat(Pages("man7")).Concat(Pages("ru/man7")))
        {
            var result = await ChildProcess.RunAsync("groff", ["-man", "-ww", "-K", "utf8", "-T", "utf8", "-z", page]);
            Assert.True(result.ExitCode == 0 && result.Errors.Length == 0, $"{page}: {result.Text}");
        }
    }

    private List<string> Pages(string folder) => [.. Directory.EnumerateFiles(Path.Combine(directory.Path, folder)).Order(StringComparer.Ordinal)];

    private static async Task<IEnumerable<string>> VerbsBelowAsync(string path)
    {
        var help = (await RunAsync("C.UTF-8", [.. path.Split(' ').Skip(1), "--help"])).Text;
        var verbs = help.Split('\n').SkipWhile(line => line != "Commands:").Skip(1).Where(line => line.StartsWith("  ", StringComparison.Ordinal))
            .Select(line => $"{path} {line.Trim().Split(' ')[0]}").ToList();
        var below = await Task.WhenAll(verbs.Select(VerbsBelowAsync));
        return verbs.Concat(below.SelectMany(b => b));
    }

    // A term, and the line that describes it.
    private static IEnumerable<(string Term, string Text)> Items(string page)
    {
        var lines = File.ReadAllLines(page);
        return lines.Index().Where(line => line.Item == ".TP").Select(line => (Shown(lines[line.Index + 1]).Split("\\fR")[0].Replace("\\fB", "", StringComparison.Ordinal), lines[line.Index + 2]));
    }

    private static string Shown(string roff) => roff.Replace("\\-", "-", StringComparison.Ordinal);

    private static Task<ChildResult> RunAsync(string locale, params string[] arguments) => WrittenManual.RunAsync(locale, arguments);

    [GeneratedRegex(@"^  (<(?<name>[^>]+)>|(-\S+, )*(?<name>--[a-z.-]+))( <[^>]*>)?  ", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Row();

    [GeneratedRegex(@"\p{IsCyrillic}")]
    private static partial Regex Cyrillic();
}
