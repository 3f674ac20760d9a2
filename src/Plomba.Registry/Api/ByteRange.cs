using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Plomba.Registry.Api;

/// <summary>The part of a blob that a GET asks for.</summary>
/// <param name="Offset">First byte.</param>
/// <param name="Count">How many.</param>
/// <param name="IsPartial">Answer 206; else the whole, 200.</param>
/// <param name="IsUnsatisfiable">Answer 416.</param>
internal readonly record struct ByteRange(long Offset, long Count, bool IsPartial, bool IsUnsatisfiable)
{
    /// <summary>
    /// Reads Range and If-Range. A header that cannot be understood, names another unit or several ranges is ignored, as RFC 9110 §14.2
    /// allows: the answer is the whole blob.
    /// </summary>
    public static ByteRange Of(HttpRequest request, string digest, long length)
    {
        var whole = new ByteRange(0, length, false, false);
        if (request.Headers.Range is not [{ } text] || !text.StartsWith("bytes=", StringComparison.Ordinal))
            return whole;
        if (request.Headers.IfRange is [{ } validator] && validator != $"\"{digest}\"")
            return whole;
        var spec = text.AsSpan(6).Trim();
        var dash = spec.IndexOf('-');
        if (dash < 0)
            return whole;
        if (dash == 0)
            return TryNumber(spec[1..], out var suffix) ? Suffix(suffix, length) : whole;
        var last = long.MaxValue;
        if (!TryNumber(spec[..dash], out var first) || (spec.Length > dash + 1 && !TryNumber(spec[(dash + 1)..], out last)) || last < first)
            return whole;
        return first >= length
            ? new ByteRange(0, 0, false, true)
            : new ByteRange(first, Math.Min(last, length - 1) - first + 1, true, false);
    }

    private static ByteRange Suffix(long count, long length) => count == 0 || length == 0
        ? new ByteRange(0, 0, false, true)
        : new ByteRange(Math.Max(0, length - count), Math.Min(count, length), true, false);

    private static bool TryNumber(ReadOnlySpan<char> text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
