using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Plomba.Language;

/// <summary>
/// The interpolated strings of <see cref="Text"/>. In English they cost what a plain interpolated string costs; in
/// another language text and values are kept apart, so that the catalog can order them in its own way.
/// </summary>
[InterpolatedStringHandler]
public ref struct TextHandler
{
    private DefaultInterpolatedStringHandler english;
    private readonly StringBuilder? key;
    private readonly List<object?>? values;

    /// <summary>Called by the compiler.</summary>
    /// <param name="literalLength">Characters of text between the values.</param>
    /// <param name="formattedCount">Number of values.</param>
    public TextHandler(int literalLength, int formattedCount)
    {
        if (Catalog.Current is null)
        {
            english = new DefaultInterpolatedStringHandler(literalLength, formattedCount, CultureInfo.InvariantCulture);
            return;
        }

        key = new StringBuilder(literalLength + (3 * formattedCount));
        values = new List<object?>(formattedCount);
    }

    /// <summary>Called by the compiler.</summary>
    /// <param name="text">Text between the values.</param>
    public void AppendLiteral(string text)
    {
        if (key is null)
            english.AppendLiteral(text);
        else
            key.Append(text.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));
    }

    /// <summary>Called by the compiler.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="value">The value; null says nothing.</param>
    /// <param name="format">How it is formatted; null as it formats itself.</param>
    public void AppendFormatted<T>(T value, string? format = null)
    {
        if (key is null)
        {
            english.AppendFormatted(value, format);
            return;
        }

        key.Append(CultureInfo.InvariantCulture, $"{{{values!.Count}}}");
        values.Add(value is IFormattable formattable ? formattable.ToString(format, CultureInfo.InvariantCulture) : value?.ToString());
    }

    /// <summary>The text with numbered places for its values, as the catalog knows it.</summary>
    internal readonly string Key => key!.ToString();

    /// <summary>A text of the catalog with this one's values.</summary>
    internal readonly string Fill(string text) => string.Format(CultureInfo.InvariantCulture, text, [.. values!]);

    internal string ToStringAndClear() => key is null ? english.ToStringAndClear() : Fill(Catalog.Current?.Find(Key) ?? Key);
}
