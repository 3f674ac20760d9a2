using System.Diagnostics.CodeAnalysis;

namespace Plomba.Trust.Json;

/// <summary>
/// Base64 as the reference implementation reads it: standard alphabet, padding mandatory, CR and LF ignored, any other
/// white space refused (which Convert.FromBase64String would skip).
/// </summary>
internal static class StrictBase64
{
    public static bool TryDecode(string text, [NotNullWhen(true)] out byte[]? bytes)
    {
        var dense = text.Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal);
        bytes = null;
        if (dense.AsSpan().ContainsAny(" \t\v\f"))
            return false;
        var buffer = new byte[dense.Length / 4 * 3];
        if (!Convert.TryFromBase64String(dense, buffer, out var length))
            return false;
        bytes = buffer[..length];
        return true;
    }
}
