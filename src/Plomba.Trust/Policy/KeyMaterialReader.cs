using Plomba.Trust.Json;

namespace Plomba.Trust.Policy;

/// <summary>
/// Takes the keys that name one kind of key material out of an object. How many may be there is the caller's rule and
/// the caller's message.
/// </summary>
internal sealed class KeyMaterialReader(Mistakes mistakes, KeyMaterialNames names)
{
    /// <summary>How many of the keys are present.</summary>
    public int Count { get; private set; }

    /// <summary>Where the last one's value stands.</summary>
    public int Offset { get; private set; }

    /// <summary>The last one read; null when it was absent or wrong.</summary>
    public KeyMaterial? Value { get; private set; }

    /// <summary>The path is the empty text.</summary>
    public bool IsEmptyPath => Value is { Kind: KeyMaterialKind.Path, Files: [""] };

    /// <summary>An array that must not be empty is.</summary>
    public string? EmptyArray { get; private set; }

    public void Take(JsonObjectReader fields)
    {
        if (Present(fields, names.Path) is { } path && fields.Text(names.Path, path) is { } file)
            Value = KeyMaterial.Path(file);
        if (names.Paths is { } pathsKey && Present(fields, pathsKey) is { } paths)
        {
            var files = fields.Texts(pathsKey, paths);
            Value = KeyMaterial.Paths([.. files.Select(f => f.Text)]);
            NoteEmpty(pathsKey, paths);
        }

        if (Present(fields, names.Data) is { } data && fields.Text(names.Data, data) is { } base64)
            Value = KeyMaterial.Data(Decode(base64, data.Offset));
        if (names.Datas is { } datasKey && Present(fields, datasKey) is { } datas)
        {
            var contents = fields.Texts(datasKey, datas);
            Value = KeyMaterial.Datas([.. contents.Select(c => Decode(c.Text, c.Offset))]);
            NoteEmpty(datasKey, datas);
        }
    }

    private JsonNode? Present(JsonObjectReader fields, string key)
    {
        var node = fields.Take(key);
        if (node is null)
            return null;
        Count++;
        Offset = node.Offset;
        return node;
    }

    private void NoteEmpty(string key, JsonNode node)
    {
        if (node is JsonArrayNode { Items.IsEmpty: true })
            EmptyArray = key;
    }

    private ReadOnlyMemory<byte> Decode(string base64, int offset)
    {
        if (StrictBase64.TryDecode(base64, out var bytes))
            return bytes;
        mistakes.Add(offset, Text.Say("illegal base64 data"));
        return default;
    }
}
