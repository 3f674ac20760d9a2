namespace Plomba.Site.Reading;

/// <summary>Values that are one of a few words.</summary>
internal static class Words
{
    /// <summary>A parser that takes exactly these words.</summary>
    public static ValueParser<T> Parser<T>(params (string Word, T Value)[] words) => (string text, out T value, out string? why) =>
    {
        foreach (var (word, meaning) in words)
        {
            if (word == text)
            {
                (value, why) = (meaning, null);
                return true;
            }
        }

        value = words[0].Value;
        why = Text.Say($"write {string.Join(Text.Say(" or "), words.Select(w => $"\"{w.Word}\""))}");
        return false;
    };
}
