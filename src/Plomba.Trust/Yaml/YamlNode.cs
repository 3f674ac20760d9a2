using System.Collections.Immutable;

namespace Plomba.Trust.Yaml;

/// <summary>One YAML value with its place (from 1). Aliases are resolved, nothing else is interpreted.</summary>
public abstract record YamlNode(int Line, int Column)
{
    /// <summary>For messages: <c>map</c>, <c>seq</c>, <c>scalar</c>.</summary>
    public abstract string Kind { get; }
}

/// <summary>A scalar; <paramref name="IsPlain"/> when neither quotes nor a block style nor a tag fix it as text.</summary>
public sealed record YamlScalar(int Line, int Column, string Text, bool IsPlain) : YamlNode(Line, Column)
{
    /// <inheritdoc/>
    public override string Kind => "scalar";

    /// <summary>Whether it means null.</summary>
    public bool IsNull => IsPlain && Text is "" or "~" or "null" or "Null" or "NULL";
}

/// <summary>A mapping, its entries in the order written; duplicate keys are all there.</summary>
public sealed record YamlMapping(int Line, int Column, ImmutableArray<(YamlNode Key, YamlNode Value)> Entries) : YamlNode(Line, Column)
{
    /// <inheritdoc/>
    public override string Kind => "map";
}

/// <summary>A sequence.</summary>
public sealed record YamlSequence(int Line, int Column, ImmutableArray<YamlNode> Items) : YamlNode(Line, Column)
{
    /// <inheritdoc/>
    public override string Kind => "seq";
}
