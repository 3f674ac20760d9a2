using System.Text;

namespace Plomba.Verbs.Policy;

/// <summary>One change in a text, by lines, as diff shows it.</summary>
internal static class LineDifference
{
    private const int Around = 3;

    /// <summary>The lines around the change with a blank in front, those that go with <c>-</c>, those that come with <c>+</c>.</summary>
    public static List<string> Of(ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        var (old, @new) = (Lines(before), Lines(after));
        var same = 0;
        while (same < Math.Min(old.Length, @new.Length) && old[same] == @new[same])
            same++;
        var tail = 0;
        while (tail < Math.Min(old.Length, @new.Length) - same && old[^(tail + 1)] == @new[^(tail + 1)])
            tail++;
        var first = Math.Max(0, same - Around);
        return
        [
            Text.Say($"@@ line {same + 1} @@"),
            .. old[first..same].Select(l => $" {l}"),
            .. old[same..^tail].Select(l => $"-{l}"),
            .. @new[same..^tail].Select(l => $"+{l}"),
            .. old[^tail..].Take(Around).Select(l => $" {l}"),
        ];
    }

    private static string[] Lines(ReadOnlySpan<byte> text) => text.IsEmpty ? [] : Encoding.UTF8.GetString(text).TrimEnd('\n').Split('\n');
}
