using System.Globalization;
using System.Runtime.CompilerServices;

namespace Plomba.Language;

/// <summary>
/// What is said to a person, in that person's language: English as it stands in the code, or what the catalog of
/// <see cref="CultureInfo.CurrentUICulture"/> has for it (docs/language.md). Without an entry the English text is said.
/// Values are formatted as in the invariant culture in every language. Safe on every thread.
/// </summary>
public static class Text
{
    /// <summary>Says a text with values in it: <c>Text.Say($"No key {name} in {file}.")</c>.</summary>
    /// <param name="text">An interpolated string; its entry has <c>{0}</c>, <c>{1}</c> … in place of the values.</param>
    [OverloadResolutionPriority(1)] // An interpolated string of constants has places too.
    public static string Say(ref TextHandler text) => text.ToStringAndClear();

    /// <summary>Says a text without values.</summary>
    /// <param name="text">The English text, written as a literal.</param>
    public static string Say(string text) => Catalog.Current?.Find(text) ?? text;

    /// <summary>Says a text that counts: <c>Text.Count(n, $"{n} mistake", $"{n} mistakes")</c>.</summary>
    /// <param name="count">The number that decides the form of the words.</param>
    /// <param name="one">The English text for 1, by which the entry is found.</param>
    /// <param name="many">The English text for every other number; the entry's places are the values of this one.</param>
    public static string Count(long count, ref TextHandler one, ref TextHandler many) =>
        Catalog.Current is not { } catalog ? (count == 1 ? one : many).ToStringAndClear()
        : catalog.Find(one.Key, count) is { } found ? many.Fill(found)
        : count == 1 ? one.Fill(one.Key)
        : many.Fill(many.Key);
}
