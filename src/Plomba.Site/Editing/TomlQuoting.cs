using System.Globalization;
using System.Text;

namespace Plomba.Site.Editing;

/// <summary>Writes strings of TOML.</summary>
internal static class TomlQuoting
{
    /// <summary>The text as a basic string.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            if (c is '"' or '\\')
                quoted.Append('\\').Append(c);
            else if (char.IsControl(c))
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                quoted.Append(c);
        }

        return quoted.Append('"').ToString();
    }
}
