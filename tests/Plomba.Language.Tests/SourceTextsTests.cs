namespace Plomba.Language.Tests;

public sealed class SourceTextsTests
{
    [Theory]
    [InlineData("""Text.Say("a {b}")""", "a {b}", 0)]
    [InlineData("""Text.Say($"a {b:yyyy} {{c}} {d}")""", "a {0} {{c}} {1}", 2)]
    [InlineData(""""Text.Say($"""a "{b}" c""")"""", "a \"{0}\" c", 1)]
    [InlineData("""Text.Say("a " + "b")""", "a b", 0)]
    [InlineData("""Text.Say($"a {b} " + $"c {d}")""", "a {0} c {1}", 2)]
    [InlineData("""Text.Say($"a {b} " + "c")""", null, 0)]
    [InlineData("""Text.Say(a)""", null, 0)]
    [InlineData("""Text.Say(a ? "b" : "c")""", null, 0)]
    [InlineData("""Language.Text.Say("a\n\"b\"")""", "a\n\"b\"", 0)]
    public void A_text_is_found_as_the_catalog_knows_it(string call, string? english, int values)
    {
        var text = Assert.Single(SourceTexts.Of("a.cs", $"class A {{ string B() => {call}; }}"));
        Assert.Equal((english, null, values), (text.English, text.Plural, english is null ? 0 : text.Values));
    }

    [Fact]
    public void A_text_that_counts_is_found_with_both_its_forms()
    {
        var text = Assert.Single(SourceTexts.Of("a.cs", """class A { string B(int n) => Text.Count(n, $"{n} file", $"{n} files"); }"""));
        Assert.Equal(("{0} file", "{0} files", 1), (text.English, text.Plural, text.Values));
    }

    [Theory]
    [InlineData("""Text.Say($"a {(b ? "of it" : "")}")""", "of it")]
    [InlineData("""Text.Say($"a {b ?? "no name"}")""", "no name")]
    [InlineData("""Text.Say($"a {string.Join(" or ", b)} {Text.Say("c d")}")""", null)]
    public void English_inside_a_place_is_found(string call, string? word) =>
        Assert.Equal(word is null ? [] : [word], Assert.Single(SourceTexts.Of("a.cs", $"class A {{ string B() => {call}; }}"), t => t.English!.StartsWith("a ", StringComparison.Ordinal)).Words);

    [Theory]
    [InlineData("""private static readonly string A = Text.Say("b");""", true)]
    [InlineData("""public static string A { get; } = Text.Say("b");""", true)]
    [InlineData("""public static string A => Text.Say("b");""", false)]
    [InlineData("""private static readonly Func<string> A = () => Text.Say("b");""", false)]
    [InlineData("""private readonly string a = Text.Say("b");""", false)]
    public void What_is_said_once_for_all_is_known(string member, bool isStatic) =>
        Assert.Equal(isStatic, Assert.Single(SourceTexts.Of("a.cs", $"class C {{ {member} }}")).IsStatic);
}
