namespace Plomba.Language.Tests;

public sealed class UserLanguageTests
{
    [Theory]
    [InlineData("ru", "LANG=ru_RU.UTF-8")]
    [InlineData("ru", "LANG=ru_RU.utf8")]
    [InlineData("ru", "LANG=ru_RU")]
    [InlineData("ru", "LANG=ru_UA.UTF-8@euro")]
    [InlineData("ru", "LANG=en_US.UTF-8", "LC_MESSAGES=ru_RU.UTF-8")]
    [InlineData("ru", "LANG=en_US.UTF-8", "LC_MESSAGES=en_US.UTF-8", "LC_ALL=ru_RU.UTF-8")]
    [InlineData("ru", "LANG=en_US.UTF-8", "LANGUAGE=ru:en")]
    [InlineData("ru", "LANG=ru_RU.UTF-8", "LANGUAGE=")]
    [InlineData("ru", "LANG=ru_RU.UTF-8", "LANGUAGE=de:fr")]
    [InlineData("")]
    [InlineData("", "LANG=")]
    [InlineData("", "LANG=en_US.UTF-8")]
    [InlineData("", "LANG=de_DE.UTF-8")]
    [InlineData("", "LANG=rue_RU.UTF-8")]
    [InlineData("", "LANG=ru_RU.UTF-8", "LC_ALL=C")]
    [InlineData("", "LANG=ru_RU.UTF-8", "LC_ALL=C.UTF-8")]
    [InlineData("", "LANG=ru_RU.UTF-8", "LANGUAGE=en:ru")]
    [InlineData("", "LANG=C", "LANGUAGE=ru")]
    [InlineData("", "LANG=ru_RU.KOI8-R")]
    public void The_locale_tells_the_language(string language, params string[] environment)
    {
        var variables = environment.Select(v => v.Split('=', 2)).ToDictionary(v => v[0], v => v[1], StringComparer.Ordinal);
        Assert.Equal(language, UserLanguage.Of(name => variables.GetValueOrDefault(name)).Name);
    }
}
