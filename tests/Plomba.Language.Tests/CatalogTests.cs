using System.Text.RegularExpressions;
using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Language.Tests;

public sealed partial class CatalogTests
{
    private static readonly string Folder = Path.Combine(PlombaProgram.Repository, "src", "Plomba.Language", "Russian");

    private static readonly IReadOnlyList<(string File, PoEntry Entry)> Entries =
    [
        .. Directory.EnumerateFiles(Folder, "*.po").Order(StringComparer.Ordinal).SelectMany(file =>
        {
            using var reader = new StreamReader(file);
            return PoReader.Read(reader).Select(entry => (Path.GetFileName(file), entry)).ToList();
        }),
    ];

    private static readonly ILookup<string, PoEntry> ByEnglish = Entries.Where(e => e.Entry.English.Length > 0).ToLookup(e => e.Entry.English, e => e.Entry, StringComparer.Ordinal);

    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Folder, "*.po").Select(f => Path.GetFileName(f))];

    [Fact]
    public void Every_text_the_program_says_is_a_literal_that_can_be_translated()
    {
        Assert.NotEmpty(SourceTexts.All);
        Assert.Empty(SourceTexts.All.Where(t => t.English is null).Select(t => t.Place));
    }

    [Fact]
    public void No_place_of_a_text_holds_English() =>
        Assert.Empty(SourceTexts.All.SelectMany(t => t.Words.Select(word => $"{t.Place}: {word}")));

    [Fact]
    public void Every_text_the_program_says_has_its_Russian()
    {
        var missing = SourceTexts.All.Where(t => t.English is not null && !ByEnglish[t.English].Any()).ToList();
        Assert.True(missing.Count == 0, $"these entries are missing in src/Plomba.Language/Russian/*.po:\n\n{string.Join('\n', missing.Select(Template))}");
    }

    [Fact]
    public void Every_entry_is_said_somewhere()
    {
        var said = SourceTexts.All.Select(t => t.English).ToHashSet(StringComparer.Ordinal);
        Assert.Empty(ByEnglish.Where(e => !said.Contains(e.Key)).Select(e => e.Key));
    }

    [Fact]
    public void No_text_has_two_translations() => Assert.Empty(ByEnglish.Where(e => e.Any(other => !other.Forms.SequenceEqual(e.First().Forms))).Select(e => e.Key));

    [Fact]
    public void A_Russian_text_places_the_same_values()
    {
        foreach (var text in SourceTexts.All.Where(t => t.English is not null))
        {
            foreach (var entry in ByEnglish[text.English!])
            {
                var wanted = Enumerable.Range(0, text.Values).ToHashSet();
                Assert.All(entry.Forms, form => Assert.True(
                    wanted.SetEquals(Place().Matches(form).Select(m => int.Parse(m.Groups[1].Value, null))),
                    $"{text.Place}: {entry.English} → {form}"));
            }
        }
    }

    [Fact]
    public void A_text_that_counts_has_the_three_Russian_forms()
    {
        foreach (var text in SourceTexts.All.Where(t => t.English is not null))
        {
            foreach (var entry in ByEnglish[text.English!])
            {
                Assert.True(text.Plural == entry.Plural, $"{text.Place}: msgid_plural is {entry.Plural}");
                Assert.True(entry.Forms.Length == (text.Plural is null ? 1 : 3), $"{text.Place}: {entry.Forms.Length} forms");
            }
        }
    }

    [Fact]
    public void Every_entry_is_translated() => Assert.Empty(Entries.Where(e => e.Entry.Forms.Length == 0 || e.Entry.Forms.Any(string.IsNullOrWhiteSpace)).Select(e => $"{e.File}: {e.Entry.English}"));

    [Fact]
    public void Only_the_options_of_verbs_are_described_once_for_all() =>
        Assert.Empty(SourceTexts.All.Where(t => t.IsStatic && !t.Place.StartsWith("src/Plomba/", StringComparison.Ordinal)).Select(t => t.Place));

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Gettext_reads_the_catalog(string file)
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("msgfmt"), "gettext is not installed");
        var result = await ChildProcess.RunAsync("msgfmt", ["--check-header", "--check-domain", "-o", "/dev/null", Path.Combine(Folder, file)]);
        Assert.True(result.ExitCode == 0, result.Text);
    }

    private static string Template(SourceText text)
    {
        var forms = text.Plural is null ? "msgstr \"\"\n" : $"msgid_plural {Quoted(text.Plural)}\nmsgstr[0] \"\"\nmsgstr[1] \"\"\nmsgstr[2] \"\"\n";
        return $"# {text.Place}\nmsgid {Quoted(text.English!)}\n{forms}";
    }

    private static string Quoted(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal)}\"";

    [GeneratedRegex(@"(?<!\{)\{(\d+)\}")]
    private static partial Regex Place();
}
