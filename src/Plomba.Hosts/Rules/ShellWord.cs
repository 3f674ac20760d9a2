namespace Plomba.Hosts.Rules;

/// <summary>A word of a command that people copy into a shell: whatever a user chose to call something, it stays one word.</summary>
internal static class ShellWord
{
    /// <summary>The word itself where it is plain, else in single quotes.</summary>
    public static string Of(string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '-' or ':' or '@' or '=' or '+' or ',')
            ? text
            : $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
