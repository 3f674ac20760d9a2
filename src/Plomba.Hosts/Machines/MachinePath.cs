using System.Diagnostics.CodeAnalysis;

namespace Plomba.Hosts.Machines;

/// <summary>
/// An absolute path on a machine, meant below its <see cref="MachineRoot"/>: clean, without <c>.</c>, <c>..</c>, doubled
/// slashes or a slash at its end. It may hold any byte a file system may hold (line breaks, escapes, bytes that are no
/// UTF-8); <see cref="ToString"/> makes them visible.
/// </summary>
public readonly record struct MachinePath
{
    /// <summary>Longest path in bytes; the kernel's limit without the mark at its end.</summary>
    public const int MaximumLength = 4095;

    private const int MaximumNameLength = 255;

    private readonly string? _text;

    private MachinePath(string text) => _text = text;

    /// <summary><c>/</c></summary>
    public static MachinePath Root { get; } = new("/");

    /// <summary>The path as .NET text; bytes that are no UTF-8 are lone surrogates in it. Not for people: <see cref="ToString"/>.</summary>
    public string Text => _text ?? throw new InvalidOperationException("A default MachinePath has no value.");

    /// <summary>The last name; empty for <c>/</c>.</summary>
    public string Name => Text[(Text.LastIndexOf('/') + 1)..];

    /// <summary>The directory it is in; null for <c>/</c>.</summary>
    public MachinePath? Parent => Text.Length == 1 ? null : Text.LastIndexOf('/') is var end && end == 0 ? Root : new MachinePath(Text[..end]);

    /// <summary>How many names it has; 0 for <c>/</c>.</summary>
    public int Depth => Text.Length == 1 ? 0 : Text.AsSpan().Count('/');

    /// <summary>Takes an absolute path; <c>.</c> and doubled slashes are dropped, <c>..</c> is applied to the text.</summary>
    public static bool TryParse(string text, out MachinePath path, [NotNullWhen(false)] out string? why)
    {
        path = default;
        why = null;
        if (!text.StartsWith('/'))
        {
            why = Language.Text.Say("a path on a machine begins with /");
            return false;
        }

        var names = new List<string>();
        foreach (var name in text.Split('/'))
        {
            if (name is "" or ".")
                continue;
            if (name == "..")
                names.RemoveRange(Math.Max(0, names.Count - 1), Math.Min(1, names.Count));
            else if (WhyNoName(name) is { } mistake)
                why ??= mistake;
            else
                names.Add(name);
        }

        var clean = "/" + string.Join('/', names);
        if (why is null && NameEncoding.Encode(clean)!.Length > MaximumLength)
            why = Language.Text.Say($"a path has at most {MaximumLength} bytes");
        if (why is null)
            path = new MachinePath(clean);
        return why is null;
    }

    /// <summary>For paths that are written in the program or come from a checked value.</summary>
    /// <exception cref="FormatException">It is no absolute path.</exception>
    public static MachinePath Parse(string text) => TryParse(text, out var path, out var why) ? path : throw new FormatException($"{text}: {why}");

    /// <summary>Something below this directory: one name or several with slashes between them.</summary>
    /// <exception cref="FormatException">The result is no path, or lies outside this directory.</exception>
    public MachinePath Below(string relative)
    {
        var below = Parse($"{Text}/{relative}");
        return below.IsIn(this) ? below : throw new FormatException($"{relative} lies outside {this}");
    }

    /// <summary>An entry that a directory listing gave.</summary>
    internal MachinePath Entry(string name) => new(Text.Length == 1 ? $"/{name}" : $"{Text}/{name}");

    /// <summary>Whether it lies below <paramref name="directory"/>, at any depth; a path is not in itself.</summary>
    public bool IsIn(MachinePath directory) =>
        directory.Text.Length == 1
            ? Text.Length > 1
            : Text.Length > directory.Text.Length && Text[directory.Text.Length] == '/' && Text.StartsWith(directory.Text, StringComparison.Ordinal);

    /// <summary>Sorts by code unit, a directory before what is in it.</summary>
    public static IComparer<MachinePath> Order { get; } = Comparer<MachinePath>.Create((a, b) => string.CompareOrdinal(a._text, b._text));

    /// <summary>
    /// For people, JSON and files of ours: one line, without control characters; whatever is not printable, and the
    /// backslash, stands as <c>\xHH</c>. <see cref="TryParsePrinted"/> reads it back.
    /// </summary>
    public override string ToString() => _text is null ? "" : PrintedText.Print(_text);

    /// <summary>Reads what <see cref="ToString"/> wrote; false when it is no such text.</summary>
    public static bool TryParsePrinted(string printed, out MachinePath path)
    {
        path = default;
        return PrintedText.TryParse(printed, out var text) && TryParse(text, out path, out _);
    }

    /// <summary>The names from the root down.</summary>
    internal IEnumerable<string> Names => Text.Split('/', StringSplitOptions.RemoveEmptyEntries);

    private static string? WhyNoName(string name)
    {
        if (name.Contains('\0', StringComparison.Ordinal))
            return Language.Text.Say("a name holds no NUL");
        if (NameEncoding.Encode(name) is not { } bytes)
            return Language.Text.Say("a name is UTF-8 text");
        return bytes.Length > MaximumNameLength ? Language.Text.Say($"a name has at most {MaximumNameLength} bytes") : null;
    }
}
