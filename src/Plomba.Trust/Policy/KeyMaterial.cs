using System.Collections.Immutable;

namespace Plomba.Trust.Policy;

/// <summary>Which of the four ways of naming keys policy.json uses.</summary>
public enum KeyMaterialKind
{
    /// <summary>One file (<c>keyPath</c>).</summary>
    Path,

    /// <summary>Several files (<c>keyPaths</c>).</summary>
    Paths,

    /// <summary>Base64 in the policy itself (<c>keyData</c>).</summary>
    Data,

    /// <summary>Several such (<c>keyDatas</c>).</summary>
    Datas,
}

/// <summary>Where keys or certificates of a requirement come from. Immutable; paths are as written, files are not opened.</summary>
public sealed record KeyMaterial
{
    private KeyMaterial(KeyMaterialKind kind, ImmutableArray<string> files, ImmutableArray<ReadOnlyMemory<byte>> contents)
    {
        Kind = kind;
        Files = files;
        Contents = contents;
    }

    /// <summary>How it is written.</summary>
    public KeyMaterialKind Kind { get; }

    /// <summary>The paths; empty for <see cref="KeyMaterialKind.Data"/> and <see cref="KeyMaterialKind.Datas"/>.</summary>
    public ImmutableArray<string> Files { get; }

    /// <summary>The decoded bytes; empty for <see cref="KeyMaterialKind.Path"/> and <see cref="KeyMaterialKind.Paths"/>.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> Contents { get; }

    /// <summary>One file.</summary>
    public static KeyMaterial Path(string file) => new(KeyMaterialKind.Path, [file], []);

    /// <summary>Several files; podman before 4.2 and CRI-O before 1.25 cannot read such a policy.</summary>
    public static KeyMaterial Paths(params ImmutableArray<string> files) => new(KeyMaterialKind.Paths, files, []);

    /// <summary>The bytes themselves.</summary>
    public static KeyMaterial Data(ReadOnlyMemory<byte> content) => new(KeyMaterialKind.Data, [], [content]);

    /// <summary>Several times the bytes themselves.</summary>
    public static KeyMaterial Datas(params ImmutableArray<ReadOnlyMemory<byte>> contents) => new(KeyMaterialKind.Datas, [], contents);
}
