using System.Globalization;

namespace Plomba.Images.Transports;

/// <summary>The <c>@N</c> that picks the N-th image of an archive or layout.</summary>
internal static class SourceIndex
{
    /// <summary>The number, or what is wrong with it in the reference implementation's words (without the prefix), which differ for layouts and archives.</summary>
    public static long? Parse(string digits, bool isLayout, out string problem)
    {
        problem = "";
        var bare = digits is ['+' or '-', .. var unsigned] ? unsigned : digits;
        if (bare.Length == 0 || bare.AsSpan().ContainsAnyExceptInRange('0', '9'))
            problem = isLayout ? Text.Say($"not an integer: strconv.Atoi: parsing \"{digits}\": invalid syntax") : Text.Say($"strconv.Atoi: parsing \"{digits}\": invalid syntax");
        else if (!long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
            problem = isLayout ? Text.Say($"not an integer: strconv.Atoi: parsing \"{digits}\": value out of range") : Text.Say($"strconv.Atoi: parsing \"{digits}\": value out of range");
        else if (value < 0)
            problem = Text.Say("must not be negative");
        else
            return value;
        return null;
    }
}
