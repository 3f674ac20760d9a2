using System.Text;

namespace Plomba.Trust.Json;

/// <summary>One mistake in a text file, with its place.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in characters, not bytes.</param>
/// <param name="Message">What is wrong; the reference implementation's words where it has some.</param>
public sealed record Mistake(int Line, int Column, string Message)
{
    /// <summary>The mistake at byte <paramref name="offset"/> of <paramref name="text"/>.</summary>
    public static Mistake At(ReadOnlySpan<byte> text, int offset, string message)
    {
        var before = text[..Math.Min(offset, text.Length)];
        var line = before.Count((byte)'\n') + 1;
        var column = Encoding.UTF8.GetCharCount(before[(before.LastIndexOf((byte)'\n') + 1)..]) + 1;
        return new Mistake(line, column, message);
    }

    /// <summary><c>LINE:COLUMN: MESSAGE</c>.</summary>
    public override string ToString() => $"{Line}:{Column}: {Message}";
}
