namespace Plomba.Site.Editing;

/// <summary>Edits a list that is written with comments, one entry a line, and keeps the comments of the entries that stay.</summary>
internal static class ListLines
{
    /// <summary>
    /// The list with these entries instead; null when it is not written as one entry a line between <c>[</c> and <c>]</c>,
    /// so that a comment would have to be thrown away or guessed at.
    /// </summary>
    public static string? Replace(string list, IReadOnlyList<string> wanted, string lineEnd)
    {
        var lines = list.Split('\n').Select(l => l.TrimEnd('\r')).ToList();
        if (lines.Count < 2 || !IsBracket(lines[0], '[') || lines[^1].Trim() != "]")
            return null;
        var kept = new List<string> { lines[0] };
        var missing = new List<string>(wanted);
        var indent = "  ";
        foreach (var line in lines[1..^1])
        {
            var code = line.Trim();
            if (code.Length == 0 || code[0] == '#')
            {
                kept.Add(line);
                continue;
            }

            if (EntryOf(code) is not { } entry)
                return null;
            indent = line[..^line.TrimStart().Length];
            if (missing.Remove(entry.Text))
                kept.Add(entry.HasComma ? line : $"{indent}{entry.Text},{code[entry.Text.Length..]}");
        }

        kept.AddRange(missing.Select(m => $"{indent}{m},"));
        kept.Add(lines[^1]);
        return string.Join(lineEnd, kept);
    }

    private static bool IsBracket(string line, char bracket) =>
        line.Trim() is [var first, .. var rest] && first == bracket && (rest.Trim().Length == 0 || rest.Trim()[0] == '#');

    // "entry", or "entry" without the comma, perhaps with a comment behind it; names hold neither quotes nor #.
    private static (string Text, bool HasComma)? EntryOf(string code)
    {
        if (code.Length < 2 || code[0] is not ('"' or '\'') || code.IndexOf(code[0], 1) is not (> 0 and var close))
            return null;
        var rest = code[(close + 1)..].TrimStart();
        var comma = rest.StartsWith(',');
        var behind = (comma ? rest[1..] : rest).TrimStart();
        if (behind.Length > 0 && behind[0] != '#')
            return null;
        return ($"\"{code[1..close]}\"", comma);
    }
}
