using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Plomba.CommandLine;

/// <summary>
/// The rules of the user interface: stdout is data, stderr is talk. Talk is quiet under <c>--quiet</c>; errors are not.
/// Nothing that came from outside reaches a terminal with its control characters.
/// </summary>
internal sealed class Terminal(TextWriter output, TextWriter errors, bool quiet = false, bool json = false)
{
    /// <summary>Where data goes.</summary>
    public TextWriter Output => output;

    /// <summary>Whether <c>--output json</c> was asked for.</summary>
    public bool Json => json;

    /// <summary>Whether a person can be asked something: stdin and stderr are terminals.</summary>
    public static bool IsInteractive => !Console.IsInputRedirected && !Console.IsErrorRedirected;

    /// <summary>One line of data.</summary>
    public void WriteLine(string text = "") => output.WriteLine(Printable(text));

    /// <summary>One line of talk.</summary>
    public void Say(string text)
    {
        if (!quiet)
            errors.WriteLine(Printable(text));
    }

    /// <summary>An error and what to do about it, a line each: a name with a line break in it makes no third.</summary>
    public void Error(string message, string? hint = null)
    {
        errors.WriteLine($"plomba: {Printable(message.ReplaceLineEndings(" "))}");
        if (hint is not null)
            errors.WriteLine($"  {Printable(hint.ReplaceLineEndings(" "))}");
    }

    /// <summary>The one JSON document of a reporting verb.</summary>
    public void WriteJson<T>(T value, JsonTypeInfo<T> type) => output.WriteLine(JsonSerializer.Serialize(value, type));

    /// <summary>The one JSON document of a reporting verb, written member by member.</summary>
    public void WriteJson(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
            write(writer);
        output.WriteLine(Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length));
    }

    /// <summary>What this very program said as a child: its data as data, its talk as talk.</summary>
    public void Relay(string data, string talk)
    {
        output.Write(Printable(data));
        errors.Write(Printable(talk));
    }

    /// <summary>Asks a person; false when nobody can be asked.</summary>
    public bool Confirm(string question)
    {
        if (!IsInteractive)
            return false;
        errors.Write(Text.Say($"{Printable(question)} [y/N] "));
        return Console.In.ReadLine()?.Trim() is "y" or "Y" or "yes" or "д" or "Д" or "да";
    }

    /// <summary>Reads a secret from the terminal without showing it; null when there is no terminal.</summary>
    public string? ReadSecret(string prompt)
    {
        if (!IsInteractive)
            return null;
        errors.Write($"{Printable(prompt)}: ");
        var secret = new StringBuilder();
        while (Console.ReadKey(intercept: true) is var key && key.Key != ConsoleKey.Enter)
        {
            if (key.Key != ConsoleKey.Backspace)
                secret.Append(key.KeyChar);
            else if (secret.Length > 0)
                secret.Length--;
        }

        errors.WriteLine();
        return secret.ToString();
    }

    /// <summary>The text with control characters (terminal escapes among them) made visible; line breaks and tabs stay.</summary>
    public static string Printable(string text) =>
        text.Any(IsHostile)
            ? string.Concat(text.Select(c => IsHostile(c) ? $"\\u{(int)c:x4}" : c.ToString()))
            : text;

    private static bool IsHostile(char c) => (char.IsControl(c) && c is not ('\n' or '\t')) || c is >= '\u202a' and <= '\u202e' or >= '\u2066' and <= '\u2069';
}
