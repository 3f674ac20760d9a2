using System.Collections.Immutable;
using Plomba.Trust.Json;

namespace Plomba.Trust.Policy;

/// <summary>The text of a policy that parses, with the place of everything in it.</summary>
internal sealed class PolicyText
{
    private PolicyText(ReadOnlyMemory<byte> bytes, JsonObjectNode root) => (Bytes, Root) = (bytes, root);

    public ReadOnlyMemory<byte> Bytes { get; }

    public JsonObjectNode Root { get; }

    /// <summary>The <c>transports</c>; null when there are none.</summary>
    public JsonObjectNode? Transports => Member(Root, "transports")?.Value as JsonObjectNode;

    /// <summary>All requirement lists, in the order written.</summary>
    public IEnumerable<PolicyTextRule> Rules
    {
        get
        {
            foreach (var member in Root.Members)
            {
                if (member is { Key: "default", Value: JsonArrayNode list })
                    yield return new PolicyTextRule(null, null, member.Offset, list);
                foreach (var transport in member.Key == "transports" ? ((JsonObjectNode)member.Value).Members : [])
                {
                    foreach (var scope in ((JsonObjectNode)transport.Value).Members)
                        yield return new PolicyTextRule(transport.Key, scope.Key, scope.Offset, (JsonArrayNode)scope.Value);
                }
            }
        }
    }

    /// <summary>The text of a policy that <see cref="PolicyReader"/> has read without a mistake.</summary>
    public static PolicyText Of(ReadOnlyMemory<byte> bytes) => new(bytes, (JsonObjectNode)JsonTreeReader.Read(bytes.Span, out _)!);

    public static JsonMember? Member(JsonObjectNode node, string key) =>
        node.Members.FirstOrDefault(m => string.Equals(m.Key, key, StringComparison.Ordinal));
}

/// <summary>One requirement list in a policy's text.</summary>
/// <param name="Transport">Null for the default.</param>
/// <param name="Scope">Null for the default.</param>
/// <param name="Offset">Of its key.</param>
/// <param name="List">The requirements.</param>
internal sealed record PolicyTextRule(string? Transport, string? Scope, int Offset, JsonArrayNode List)
{
    /// <summary>Where a value of requirement <paramref name="index"/> stands: the member, else the requirement itself.</summary>
    public int OffsetOf(int index, params ReadOnlySpan<string> keys)
    {
        var offset = List.Items[index].Offset;
        var node = List.Items[index];
        foreach (var key in keys)
        {
            if (node is JsonObjectNode inner && PolicyText.Member(inner, key) is { } member)
                (node, offset) = (member.Value, member.Value.Offset);
        }

        return offset;
    }

    /// <summary>Where file <paramref name="file"/> of requirement <paramref name="index"/>'s keys is named.</summary>
    public int OffsetOfKey(int index, int file)
    {
        var requirement = (JsonObjectNode)List.Items[index];
        var named = requirement.Members.FirstOrDefault(m => m.Key.StartsWith("key", StringComparison.Ordinal) && m.Key != "keyType");
        ImmutableArray<JsonNode> items = named?.Value is JsonArrayNode array ? array.Items : [];
        return file < items.Length ? items[file].Offset : named?.Value.Offset ?? requirement.Offset;
    }
}
