using System.Text;
using Plomba.Trust.Json;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace Plomba.Trust.Toml;

/// <summary>Reads a TOML text into nodes that keep their places. What is defined twice is a mistake.</summary>
public static class TomlTreeReader
{
    // What is read here nests three deep. The library's parser is recursive.
    private const int MaximumDepth = 64;

    /// <summary>Longest text that is read, in bytes: the library's tree takes a hundred and fifty times as much memory.</summary>
    public const int MaximumLength = 256 * 1024;

    /// <summary>The root table; null and the first mistake when the text is no TOML.</summary>
    public static TomlTable? Read(ReadOnlySpan<byte> text, out Mistake? mistake)
    {
        if (text.Length > MaximumLength)
        {
            mistake = new Mistake(1, 1, Text.Say($"exceeded maximum allowed size of {MaximumLength} bytes"));
            return null;
        }

        try
        {
            var characters = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(text);
            if (IsTooDeep(characters))
            {
                mistake = new Mistake(1, 1, Text.Say("nested too deeply"));
                return null;
            }

            var document = SyntaxParser.Parse(characters, sourceName: "", validate: true);
            foreach (var diagnostic in document.Diagnostics)
            {
                if (diagnostic.Kind == DiagnosticMessageKind.Error)
                {
                    mistake = new Mistake(diagnostic.Span.Start.Line + 1, diagnostic.Span.Start.Column + 1, Text.Say($"toml: {diagnostic.Message}"));
                    return null;
                }
            }

            mistake = null;
            return Build(document);
        }
        catch (DecoderFallbackException)
        {
            mistake = new Mistake(1, 1, Text.Say("the file is not valid UTF-8"));
        }
        catch (WrongTomlException e)
        {
            mistake = e.Mistake;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or FormatException or OverflowException)
        {
            // The library's lexer throws such things for escapes that the text ends in.
            mistake = new Mistake(1, 1, Text.Say("toml: the text is no TOML document"));
        }

        return null;
    }

    // Brackets inside strings count too: that only makes odd files invalid.
    private static bool IsTooDeep(string text)
    {
        int depth = 0;
        foreach (var c in text)
        {
            depth = Math.Max(0, depth + (c is '[' or '{' ? 1 : c is ']' or '}' ? -1 : 0));
            if (depth > MaximumDepth)
                return true;
        }

        return false;
    }

    private static TomlTable Build(DocumentSyntax document)
    {
        var root = new TomlTable(1, 1);
        AddAll(root, document.KeyValues);
        foreach (var header in document.Tables)
        {
            var path = PathOf(header.Name);
            var parent = Descend(root, path, header);
            var name = path[^1];
            var table = New(header, (line, column) => new TomlTable(line, column));
            switch (parent.Find(name))
            {
                case null when header is TableArraySyntax:
                    var array = New(header, (line, column) => new TomlArray(line, column));
                    array.Add(table);
                    parent.Add(name, array);
                    break;
                case null:
                    parent.Add(name, table);
                    break;
                case TomlArray existing when header is TableArraySyntax:
                    existing.Add(table);
                    break;
                case TomlTable existing when header is TableSyntax:
                    table = existing;
                    break;
                case var other:
                    throw new WrongTomlException(table.Mistake(Text.Say($"toml: Key '{name}' has already been defined as {other.Kind}.")));
            }

            AddAll(table, header.Items);
        }

        return root;
    }

    private static void AddAll(TomlTable table, SyntaxList<KeyValueSyntax> pairs)
    {
        foreach (var pair in pairs)
            Add(table, pair);
    }

    private static void Add(TomlTable table, KeyValueSyntax pair)
    {
        var path = PathOf(pair.Key);
        var parent = Descend(table, path, pair);
        var value = NodeOf(pair.Value);
        if (parent.Find(path[^1]) is not null)
            throw new WrongTomlException(value.Mistake(Text.Say($"toml: Key '{path[^1]}' has already been defined.")));
        parent.Add(path[^1], value);
    }

    // All but the last name of a path, making tables on the way; an array of tables means its last one.
    private static TomlTable Descend(TomlTable table, List<string> path, SyntaxNode place)
    {
        foreach (var name in path[..^1])
        {
            switch (table.Find(name))
            {
                case null:
                    var made = New(place, (line, column) => new TomlTable(line, column));
                    table.Add(name, made);
                    table = made;
                    break;
                case TomlTable existing:
                    table = existing;
                    break;
                case TomlArray { Items: [.., TomlTable last] }:
                    table = last;
                    break;
                case var other:
                    throw new WrongTomlException(other.Mistake(Text.Say($"toml: Key '{name}' has already been defined as {other.Kind}.")));
            }
        }

        return table;
    }

    private static TomlNode NodeOf(ValueSyntax? value)
    {
        switch (value)
        {
            case StringValueSyntax text:
                return New(text, (line, column) => new TomlString(line, column, text.Value ?? ""));
            case BooleanValueSyntax flag:
                return New(flag, (line, column) => new TomlBoolean(line, column, flag.Value));
            case ArraySyntax items:
                var array = New(items, (line, column) => new TomlArray(line, column));
                foreach (var item in items.Items)
                    array.Add(NodeOf(item.Value));
                return array;
            case InlineTableSyntax inline:
                var table = New(inline, (line, column) => new TomlTable(line, column));
                foreach (var item in inline.Items)
                {
                    if (item.KeyValue is { } pair)
                        Add(table, pair);
                }

                return table;
            case null:
                return new TomlOther(1, 1);
            default:
                return New(value, (line, column) => new TomlOther(line, column));
        }
    }

    private static T New<T>(SyntaxNode syntax, Func<int, int, T> make)
        where T : TomlNode => make(syntax.Span.Start.Line + 1, syntax.Span.Start.Column + 1);

    private static List<string> PathOf(KeySyntax? key)
    {
        if (key?.Key is null)
            throw new WrongTomlException(new Mistake(1, 1, Text.Say("toml: a key is missing")));
        var path = new List<string> { NameOf(key.Key) };
        foreach (var item in key.DotKeys)
        {
            if (item.Key is not null)
                path.Add(NameOf(item.Key));
        }

        return path;
    }

    private static string NameOf(BareKeyOrStringValueSyntax key) => key switch
    {
        StringValueSyntax text => text.Value ?? "",
        BareKeySyntax bare => bare.Key?.Text ?? "",
        _ => key.ToString().Trim(),
    };
}

/// <summary>Ends the reading of one file; never leaves the reader of that file.</summary>
internal sealed class WrongTomlException(Mistake mistake) : Exception(mistake.Message)
{
    public Mistake Mistake { get; } = mistake;
}
