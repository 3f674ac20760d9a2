using System.Globalization;

namespace Plomba.Language.Tests;

public sealed class TextTests
{
    [Fact]
    public void English_is_said_as_it_stands_in_the_code()
    {
        CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
        Assert.Equal("a key {x} of 1.5 and 2026", Text.Say($"a {"key"} {{x}} of {1.5} and {new DateTime(2026, 1, 2):yyyy}"));
        Assert.Equal(["1 mistake", "2 mistakes", "0 mistakes"], new[] { 1, 2, 0 }.Select(n => Text.Count(n, $"{n} mistake", $"{n} mistakes")));
    }

    [Fact]
    public void A_text_without_an_entry_is_said_in_English()
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("ru-RU");
        Assert.Equal("no entry", Text.Say("no entry"));
        Assert.Equal("no entry {x} for 1.5, 2026 and .", Text.Say($"no entry {{x}} for {1.5}, {new DateTime(2026, 1, 2):yyyy} and {null as string}."));
        Assert.Equal(["1 no entry", "2 no entries"], new[] { 1, 2 }.Select(n => Text.Count(n, $"{n} no entry", $"{n} no entries")));
    }

    [Fact]
    public void Russian_is_said_when_the_user_reads_it()
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("ru");
        Assert.Equal("Без цвета.", Text.Say("No colours."));
        Assert.Equal("параметру --site нужно непустое значение", Text.Say($"{"--site"} needs a value that is not empty"));
    }

    [Theory]
    [InlineData(0, "0 ошибок")]
    [InlineData(1, "1 ошибка")]
    [InlineData(2, "2 ошибки")]
    [InlineData(5, "5 ошибок")]
    [InlineData(11, "11 ошибок")]
    [InlineData(12, "12 ошибок")]
    [InlineData(21, "21 ошибка")]
    [InlineData(114, "114 ошибок")]
    [InlineData(122, "122 ошибки")]
    public void Russian_counts_in_three_forms(int count, string said)
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("ru");
        Assert.Equal(said, Text.Count(count, $"{count} mistake", $"{count} mistakes"));
    }
}
