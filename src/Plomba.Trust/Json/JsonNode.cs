using System.Collections.Immutable;

namespace Plomba.Trust.Json;

/// <summary>One JSON value with its place in the text. Nothing is merged or dropped: duplicate members are all there.</summary>
/// <param name="Offset">Byte offset of the value's first character.</param>
internal abstract record JsonNode(int Offset)
{
    /// <summary>What the value is, for messages: <c>object</c>, <c>array</c>, <c>string</c>, <c>number</c>, <c>bool</c>, <c>null</c>.</summary>
    public abstract string Kind { get; }
}

/// <summary>An object, its members in the order written.</summary>
internal sealed record JsonObjectNode(int Offset, ImmutableArray<JsonMember> Members) : JsonNode(Offset)
{
    public override string Kind => "object";
}

/// <summary>A member; <paramref name="Key"/> is unescaped, with U+FFFD for what is no Unicode.</summary>
internal sealed record JsonMember(int Offset, string Key, bool KeyIsUnicode, JsonNode Value);

/// <summary>An array.</summary>
internal sealed record JsonArrayNode(int Offset, ImmutableArray<JsonNode> Items) : JsonNode(Offset)
{
    public override string Kind => "array";
}

/// <summary>A string, unescaped; <paramref name="IsUnicode"/> is false when U+FFFD stands for invalid UTF-8 or a lone surrogate.</summary>
internal sealed record JsonStringNode(int Offset, string Text, bool IsUnicode) : JsonNode(Offset)
{
    public override string Kind => "string";
}

/// <summary>A number, as written.</summary>
internal sealed record JsonNumberNode(int Offset, string Text) : JsonNode(Offset)
{
    public override string Kind => "number";
}

/// <summary><c>true</c> or <c>false</c>.</summary>
internal sealed record JsonBooleanNode(int Offset, bool Value) : JsonNode(Offset)
{
    public override string Kind => "bool";
}

/// <summary><c>null</c>.</summary>
internal sealed record JsonNullNode(int Offset) : JsonNode(Offset)
{
    public override string Kind => "null";
}
