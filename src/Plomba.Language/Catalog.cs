using System.Globalization;
using System.Text;

namespace Plomba.Language;

/// <summary>The texts of one language by their English.</summary>
internal sealed class Catalog
{
    private static readonly Lazy<Catalog> Russian = new(() => Load("Russian/"));

    private readonly Dictionary<string, string[]> forms = new(StringComparer.Ordinal);

    /// <summary>The catalog of the current user's language; null for English and every language there is none for.</summary>
    public static Catalog? Current => IsRussian(CultureInfo.CurrentUICulture.Name) ? Russian.Value : null;

    /// <summary>The text for an English one without a number; null when there is none.</summary>
    public string? Find(string english) => forms.TryGetValue(english, out var found) ? found[0] : null;

    /// <summary>The form of a text for a number; null when there is none.</summary>
    public string? Find(string english, long count) =>
        forms.TryGetValue(english, out var found) && FormOf(count) is var form && form < found.Length ? found[form] : null;

    // 1, 21, 31 … файл; 2–4, 22–24 … файла; everything else файлов (the Plural-Forms line of the catalog).
    private static int FormOf(long count)
    {
        var n = Math.Abs(count) % 100;
        return (n % 10) switch
        {
            1 when n != 11 => 0,
            >= 2 and <= 4 when n is < 12 or > 14 => 1,
            _ => 2,
        };
    }

    private static bool IsRussian(string culture) =>
        culture.StartsWith("ru", StringComparison.Ordinal) && (culture.Length == 2 || culture[2] == '-');

    private static Catalog Load(string folder)
    {
        var catalog = new Catalog();
        var assembly = typeof(Catalog).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(folder, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
            foreach (var entry in PoReader.Read(reader).Where(e => e.English.Length > 0))
                catalog.forms[entry.English] = entry.Forms;
        }

        return catalog;
    }
}
