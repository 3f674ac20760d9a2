using System.Collections.Immutable;
using System.Text;
using Plomba.Trust.Json;

namespace Plomba.Trust.Policy.Editing;

/// <summary>Puts values into a policy's text in the manner of what stands there.</summary>
internal sealed class PolicyLayout(PolicyText policy)
{
    private readonly string _text = Encoding.Latin1.GetString(policy.Bytes.Span); // one character a byte

    private string NewLine => _text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";

    private string Unit => policy.Root.Members is [var first, ..] && IndentAt(first.Offset) is { Length: > 0 } unit ? unit : "    ";

    public byte[] SetDefault(ImmutableArray<PolicyRequirement> requirements) => SetMember(policy.Root, "default", requirements);

    public byte[] SetScope(string transport, string scope, ImmutableArray<PolicyRequirement> requirements)
    {
        if (policy.Transports is not { } transports)
            return Insert(policy.Root, "transports", indent => $"{{{Line(indent, 1)}{Quote(transport)}: {{{Line(indent, 2)}{Quote(scope)}: {List(requirements, indent + Unit + Unit)}{Line(indent, 1)}}}{Line(indent, 0)}}}");
        return PolicyText.Member(transports, transport) is { Value: JsonObjectNode scopes }
            ? SetMember(scopes, scope, requirements)
            : Insert(transports, transport, indent => $"{{{Line(indent, 1)}{Quote(scope)}: {List(requirements, indent + Unit)}{Line(indent, 0)}}}");
    }

    private byte[] SetMember(JsonObjectNode node, string key, ImmutableArray<PolicyRequirement> requirements)
    {
        if (PolicyText.Member(node, key) is not { } member)
            return Insert(node, key, indent => List(requirements, indent));
        var (start, end) = (member.Value.Offset, JsonEnd.Of(policy.Bytes.Span, member.Value.Offset));
        return Splice(start, end, List(requirements, IndentAt(member.Offset)));
    }

    private byte[] Insert(JsonObjectNode node, string key, Func<string, string> value)
    {
        if (node.Members is [.., var last])
        {
            var indent = IndentAt(last.Offset);
            var end = JsonEnd.Of(policy.Bytes.Span, last.Value.Offset);
            return Splice(end, end, $",{Line(indent, 0)}{Quote(key)}: {value(indent)}");
        }

        // An empty object: its content stands one step further in than its line.
        var outer = IndentAt(node.Offset);
        return Splice(node.Offset, JsonEnd.Of(policy.Bytes.Span, node.Offset), $"{{{Line(outer, 1)}{Quote(key)}: {value(outer + Unit)}{Line(outer, 0)}}}");
    }

    private byte[] Splice(int start, int end, string value) =>
        [.. policy.Bytes.Span[..start], .. Encoding.UTF8.GetBytes(value), .. policy.Bytes.Span[end..]];

    private string Line(string indent, int deeper) => NewLine + indent + string.Concat(Enumerable.Repeat(Unit, deeper));

    // The blanks before the first thing on the line.
    private string IndentAt(int offset)
    {
        var start = offset == 0 ? 0 : _text.LastIndexOf('\n', offset - 1) + 1;
        var end = start;
        while (end < offset && _text[end] is ' ' or '\t')
            end++;
        return _text[start..end];
    }

    private string List(ImmutableArray<PolicyRequirement> requirements, string indent) =>
        PolicyWriter.Render(requirements, Unit).Replace("\n", NewLine + indent, StringComparison.Ordinal);

    private static string Quote(string text) => PolicyWriter.Quote(text);
}
