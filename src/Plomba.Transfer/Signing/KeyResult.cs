using System.Diagnostics.CodeAnalysis;

namespace Plomba.Transfer.Signing;

/// <summary>Why something with a key could not be done: one line for people, and what to do about it.</summary>
/// <param name="Message">What failed, on what. Free of secrets.</param>
/// <param name="Hint">What to do next; null when the message says it all.</param>
public sealed record KeyTrouble(string Message, string? Hint = null);

/// <summary>The outcome of something done with keys: a value, or why there is none.</summary>
public readonly struct KeyResult<T>
    where T : notnull
{
    private readonly T? _value;
    private readonly KeyTrouble? _trouble;

    internal KeyResult(T? value, KeyTrouble? trouble) => (_value, _trouble) = (value, trouble);

    /// <summary>True with the value, false with the trouble.</summary>
    public bool TryGet([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out KeyTrouble? trouble)
    {
        (value, trouble) = (_value, _trouble);
        return trouble is null;
    }

    /// <summary>Success.</summary>
    public static implicit operator KeyResult<T>(T value) => new(value, null);

    /// <summary>Failure.</summary>
    public static implicit operator KeyResult<T>(KeyTrouble trouble) => new(default, trouble);
}

/// <summary>Makes results of interface types, for which there is no conversion.</summary>
public static class KeyResult
{
    /// <summary>Success.</summary>
    public static KeyResult<T> Of<T>(T value)
        where T : notnull => new(value, null);
}
