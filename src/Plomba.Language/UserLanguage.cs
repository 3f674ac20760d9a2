using System.Globalization;

namespace Plomba.Language;

/// <summary>Which language a user reads, as every program on the machine is told: by the locale's variables.</summary>
public static class UserLanguage
{
    private static readonly CultureInfo English = CultureInfo.InvariantCulture;

    private static readonly string[] LocaleVariables = ["LC_ALL", "LC_MESSAGES", "LANG"];

    /// <summary>Speaks the language of the environment from now on; called once, before anything is said.</summary>
    /// <param name="environment">The value of a variable of the environment; null when it is not set.</param>
    public static void Follow(Func<string, string?> environment) => Speak(Of(environment));

    /// <summary>
    /// Speaks English from now on, for what other machines and programs read: a server's answers and its log.
    /// </summary>
    public static void SpeakEnglish() => Speak(English);

    /// <summary>
    /// The language that the environment asks for: the first of <c>LC_ALL</c>, <c>LC_MESSAGES</c> and <c>LANG</c> that
    /// is set, and before it the list of <c>LANGUAGE</c>, unless the locale is C (gettext's rule). A locale that is not
    /// in UTF-8 gets English: its terminal could not show anything else.
    /// </summary>
    /// <param name="environment">The value of a variable of the environment; null when it is not set.</param>
    /// <returns>Russian, or the invariant culture for English.</returns>
    public static CultureInfo Of(Func<string, string?> environment)
    {
        var locale = LocaleVariables.Select(environment).FirstOrDefault(value => !string.IsNullOrEmpty(value));
        if (locale is null or "C" or "POSIX" || !IsUtf8(locale))
            return English;
        var wanted = (environment("LANGUAGE") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Append(locale);
        // Of a list the first that there is a catalog for counts; English needs none.
        return wanted.Select(LanguageOf).FirstOrDefault(language => language is "ru" or "en") == "ru" ? CultureInfo.GetCultureInfo("ru") : English;
    }

    private static string LanguageOf(string locale) => locale.Split('_', '.', '@')[0];

    private static bool IsUtf8(string locale)
    {
        var charset = locale.IndexOf('.', StringComparison.Ordinal);
        return charset < 0 || locale[(charset + 1)..].Split('@')[0].Replace("-", "", StringComparison.Ordinal).Equals("utf8", StringComparison.OrdinalIgnoreCase);
    }

    private static void Speak(CultureInfo language)
    {
        CultureInfo.CurrentUICulture = language;
        CultureInfo.DefaultThreadCurrentUICulture = language;
    }
}
