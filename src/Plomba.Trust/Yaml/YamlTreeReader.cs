using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Plomba.Trust.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Plomba.Trust.Yaml;

/// <summary>
/// Reads the first document of a YAML text into nodes that keep their places. The representation model of the library is
/// not used: it refuses duplicate keys even in parts that are ignored, and reads all documents.
/// </summary>
public sealed class YamlTreeReader
{
    private static readonly SearchValues<char> NotPrintable = SearchValues.Create(
        [.. Enumerable.Range(0, 0xA0).Select(c => (char)c).Where(c => c is not ('\t' or '\n' or '\r' or '\u0085') && char.IsControl(c)), '\uFFFE', '\uFFFF']);

    // What is read here nests three deep.
    private const int MaximumDepth = 50;

    private readonly Parser _parser;
    private readonly Dictionary<AnchorName, YamlNode> _anchors = [];

    private readonly string _text;

    // Above 0, line breaks and tabs are mere white space.
    private int _flows;

    private YamlTreeReader(string text)
    {
        _text = text;
        _parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
    }

    /// <summary>The document; null without a mistake when the text holds none; null and the mistake when it is no YAML.</summary>
    public static YamlNode? Read(ReadOnlySpan<byte> text, out Mistake? mistake)
    {
        mistake = null;
        try
        {
            var characters = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(text).TrimStart('\uFEFF');
            mistake = ControlCharacter(characters);
            return mistake is null ? new YamlTreeReader(characters).ReadDocument() : null;
        }
        catch (DecoderFallbackException)
        {
            mistake = new Mistake(1, 1, Text.Say("the file is not valid UTF-8"));
        }
        catch (YamlException e)
        {
            mistake = new Mistake(Number(e.Start.Line), Number(e.Start.Column), Reason(e));
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // The library's scanner throws these for tags that are no URIs and for keys left open at the end.
            mistake = new Mistake(1, 1, Text.Say("yaml: the text is no YAML document"));
        }

        return null;
    }

    // The library takes a NUL for the end of the file, and so would leave out what stands behind it.
    private static Mistake? ControlCharacter(string text)
    {
        var at = text.AsSpan().IndexOfAny(NotPrintable);
        if (at < 0)
            return null;
        var before = text.AsSpan(0, at);
        return new Mistake(before.Count('\n') + 1, at - before.LastIndexOf('\n'), Text.Say("yaml: control characters are not allowed"));
    }

    private YamlNode? ReadDocument()
    {
        Next<StreamStart>();
        if (!_parser.MoveNext() || _parser.Current is StreamEnd)
            return null;
        _parser.MoveNext();
        return ReadNode(0);
    }

    // Reads the node that begins at the parser's current event, and stays on its last one.
    private YamlNode ReadNode(int depth)
    {
        var current = _parser.Current!;
        if (depth > MaximumDepth)
            throw new YamlException(current.Start, current.End, Text.Say("nested too deeply"));
        if (_flows == 0 && IsIndentedByTab(current.Start))
            throw new YamlException(current.Start, current.End, Text.Say("found character that cannot start any token"));
        if (current is AnchorAlias alias)
        {
            return _anchors.TryGetValue(alias.Value, out var target)
                ? target
                : throw new YamlException(current.Start, current.End, Text.Say($"unknown anchor '{alias.Value}' referenced"));
        }

        YamlNode node = current switch
        {
            Scalar scalar => new YamlScalar(
                Number(scalar.Start.Line), Number(scalar.Start.Column), scalar.Value, scalar is { Style: ScalarStyle.Plain, Tag.IsEmpty: true }),
            SequenceStart start => ReadSequence(start, depth),
            MappingStart start => ReadMapping(start, depth),
            _ => throw new YamlException(current.Start, current.End, $"unexpected {current.GetType().Name}"),
        };
        // Registered after its content: an anchor cannot be referred to from inside itself, so there are no cycles.
        if (current is NodeEvent { Anchor: { IsEmpty: false } anchor })
            _anchors[anchor] = node;
        return node;
    }

    // The library counts a tab as one column, where YAML allows none.
    private bool IsIndentedByTab(Mark start)
    {
        var before = _text.AsSpan(0, (int)Math.Min(start.Index, _text.Length));
        var indentation = before[(before.LastIndexOfAny('\r', '\n') + 1)..];
        return !indentation.ContainsAnyExcept(' ', '\t') && indentation.Contains('\t');
    }

    private YamlSequence ReadSequence(SequenceStart start, int depth)
    {
        var items = ImmutableArray.CreateBuilder<YamlNode>();
        _flows += start.Style == SequenceStyle.Flow ? 1 : 0;
        while (_parser.MoveNext() && _parser.Current is not SequenceEnd)
            items.Add(ReadNode(depth + 1));
        _flows -= start.Style == SequenceStyle.Flow ? 1 : 0;
        return new YamlSequence(Number(start.Start.Line), Number(start.Start.Column), items.ToImmutable());
    }

    private YamlMapping ReadMapping(MappingStart start, int depth)
    {
        var entries = ImmutableArray.CreateBuilder<(YamlNode, YamlNode)>();
        _flows += start.Style == MappingStyle.Flow ? 1 : 0;
        while (_parser.MoveNext() && _parser.Current is not MappingEnd)
        {
            var key = ReadNode(depth + 1);
            _parser.MoveNext();
            entries.Add((key, ReadNode(depth + 1)));
        }

        _flows -= start.Style == MappingStyle.Flow ? 1 : 0;
        return new YamlMapping(Number(start.Start.Line), Number(start.Start.Column), entries.ToImmutable());
    }

    private void Next<T>()
        where T : ParsingEvent
    {
        if (!_parser.MoveNext() || _parser.Current is not T)
            throw new YamlException(Text.Say($"{typeof(T).Name} expected"));
    }

    private static int Number(long number) => (int)Math.Clamp(number, 1, int.MaxValue);

    // The library puts its own "(Line: 1, Col: 1, Idx: 0) - (…): " before some texts.
    private static string Reason(YamlException e)
    {
        var message = e.Message.ReplaceLineEndings(" ");
        var end = message.StartsWith("(Line:", StringComparison.Ordinal) ? message.IndexOf("): ", StringComparison.Ordinal) : -1;
        return Text.Say($"yaml: {(end < 0 ? message : message[(end + 3)..])}");
    }
}
