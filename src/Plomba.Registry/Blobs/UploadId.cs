using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Plomba.Images;

namespace Plomba.Registry.Blobs;

/// <summary>The unguessable name of an upload: 128 random bits as 32 lower-case hex digits. May go into a path or a URL.</summary>
public readonly record struct UploadId
{
    private readonly string? _text;

    private UploadId(string text) => _text = text;

    /// <summary>The 32 digits.</summary>
    public string Text => _text ?? throw new InvalidOperationException("A default UploadId has no value.");

    /// <summary>A fresh one.</summary>
    public static UploadId Random() => new(RandomNumberGenerator.GetHexString(32, lowercase: true));

    /// <summary>Parses strictly.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out UploadId id)
    {
        id = default;
        if (text is not { Length: 32 } || text.AsSpan().ContainsAnyExcept(LowerHex))
            return false;
        id = new UploadId(text);
        return true;
    }

    /// <inheritdoc cref="Text"/>
    public override string ToString() => _text ?? "";

    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");
}

/// <summary>Whose upload it is; all of it must match to resume.</summary>
/// <param name="User">Account name; empty for anonymous.</param>
/// <param name="Repository">Where the blob will be linked.</param>
public readonly record struct UploadOwner(string User, RepositoryName Repository);
