using Plomba.Hosts.Accounts;

namespace Plomba.Hosts.Undoing;

/// <summary>
/// Takes the lines of one change back out of a file that others have written since: lines that came go, lines that went
/// come back where they stood. Lines that others have added or changed stay.
/// </summary>
internal static class LineUndo
{
    /// <summary>The file without the change; null where a line of ours is not there any more as we wrote it.</summary>
    public static byte[]? TryUndo(ReadOnlySpan<byte> before, ReadOnlySpan<byte> after, ReadOnlySpan<byte> now)
    {
        var (old, @new, lines) = (LineFile.Split(before), LineFile.Split(after), LineFile.Split(now));
        var added = Without(@new, old);
        foreach (var line in added)
        {
            if (!lines.Remove(line))
                return null;
        }

        var removed = Without(old, @new);
        for (var i = 0; i < old.Count; i++)
        {
            if (!removed.Remove(old[i]))
                continue;

            // After the nearest line before it that still stands, else at the beginning.
            var place = 0;
            for (var above = i - 1; above >= 0 && place == 0; above--)
                place = lines.LastIndexOf(old[above]) + 1;
            lines.Insert(place, old[i]);
        }

        return LineFile.Join(lines, lines.SequenceEqual(old, StringComparer.Ordinal) ? before : now);
    }

    // The lines of one that the other has not, each as often as it has it more.
    private static List<string> Without(List<string> lines, List<string> others)
    {
        var rest = lines.ToList();
        foreach (var line in others)
            rest.Remove(line);
        return rest;
    }
}
