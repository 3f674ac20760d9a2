using System.Globalization;
using System.Text;

namespace Plomba.Hosts.Plans;

/// <summary>Two texts compared line by line, as <c>diff -u</c> shows it.</summary>
public static class UnifiedDifference
{
    private const int Around = 3;

    // Cells of the table that finds the longest common lines; beyond it everything between the ends counts as changed.
    private const long MostCells = 4_000_000;

    /// <summary>The lines from the first <c>@@</c> on, without line ends; empty where nothing differs. Null where one is no text.</summary>
    /// <param name="before">UTF-8, or what is taken for it.</param>
    /// <param name="after">Likewise.</param>
    public static IReadOnlyList<string>? Of(ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        if (before.Contains((byte)0) || after.Contains((byte)0))
            return null;
        var lines = Compare(Lines(before), Lines(after));
        var shown = new List<string>();
        for (var start = 0; start < lines.Count;)
        {
            var first = lines.FindIndex(start, l => l.Mark != ' ');
            if (first < 0)
                break;
            var last = first;
            for (var i = first; i < lines.Count && i <= last + (2 * Around); i++)
                last = lines[i].Mark != ' ' ? i : last;
            var (from, to) = (Math.Max(start, first - Around), Math.Min(lines.Count - 1, last + Around));
            shown.Add(Header(lines, from, to));
            shown.AddRange(lines[from..(to + 1)].Select(l => l.Mark + l.Text));
            start = to + 1;
        }

        return shown;
    }

    private static string Header(List<(char Mark, string Text)> lines, int from, int to)
    {
        var hunk = lines[from..(to + 1)];
        var (old, @new) = (hunk.Count(l => l.Mark != '+'), hunk.Count(l => l.Mark != '-'));
        var oldStart = lines.Take(from).Count(l => l.Mark != '+') + Math.Sign(old);
        var newStart = lines.Take(from).Count(l => l.Mark != '-') + Math.Sign(@new);
        return string.Create(CultureInfo.InvariantCulture, $"@@ -{oldStart},{old} +{newStart},{@new} @@");
    }

    private static List<(char Mark, string Text)> Compare(string[] old, string[] @new)
    {
        var head = 0;
        while (head < Math.Min(old.Length, @new.Length) && old[head] == @new[head])
            head++;
        var tail = 0;
        while (tail < Math.Min(old.Length, @new.Length) - head && old[^(tail + 1)] == @new[^(tail + 1)])
            tail++;
        return [.. old[..head].Select(l => (' ', l)), .. Middle(old[head..^tail], @new[head..^tail]), .. old[^tail..].Select(l => (' ', l))];
    }

    private static IEnumerable<(char Mark, string Text)> Middle(string[] old, string[] @new)
    {
        var common = (long)old.Length * @new.Length > MostCells ? null : CommonLengths(old, @new);
        var (i, j) = (0, 0);
        while (i < old.Length || j < @new.Length)
        {
            if (common is not null && i < old.Length && j < @new.Length && old[i] == @new[j])
            {
                yield return (' ', old[i]);
                (i, j) = (i + 1, j + 1);
            }
            else if (i < old.Length && (common is null || j == @new.Length || common[i + 1, j] >= common[i, j + 1]))
            {
                yield return ('-', old[i++]);
            }
            else
            {
                yield return ('+', @new[j++]);
            }
        }
    }

    // Of the longest common subsequence of the rest of both.
    private static int[,] CommonLengths(string[] old, string[] @new)
    {
        var lengths = new int[old.Length + 1, @new.Length + 1];
        for (var i = old.Length - 1; i >= 0; i--)
        {
            for (var j = @new.Length - 1; j >= 0; j--)
                lengths[i, j] = old[i] == @new[j] ? lengths[i + 1, j + 1] + 1 : Math.Max(lengths[i + 1, j], lengths[i, j + 1]);
        }

        return lengths;
    }

    private static string[] Lines(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            return [];
        var lines = Encoding.UTF8.GetString(text).Split('\n');
        return lines[^1].Length == 0 ? lines[..^1] : [.. lines[..^1], $"{lines[^1]}\n\\ No newline at end of file"];
    }
}
