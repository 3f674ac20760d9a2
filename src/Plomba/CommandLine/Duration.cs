using System.Globalization;

namespace Plomba.CommandLine;

/// <summary>Durations as people write them: a whole number and one unit, <c>30s 5m 12h 90d 2w 3y</c> (a year is 365 days).</summary>
internal static class Duration
{
    /// <summary>Parses; false for anything else, zero and overflow included.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        if (text.Length < 2 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count == 0)
            return false;
        TimeSpan? unit = text[^1] switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            'w' => TimeSpan.FromDays(7),
            'y' => TimeSpan.FromDays(365),
            _ => null,
        };
        if (unit is null || count > TimeSpan.MaxValue / unit.Value)
            return false;
        duration = unit.Value * count;
        return true;
    }
}
