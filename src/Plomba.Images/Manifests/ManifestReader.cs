using System.Text.Json;

namespace Plomba.Images.Manifests;

/// <summary>
/// Reads one manifest strictly. The first mistake found is kept; what is read after it is not used. Known members must be
/// spelled exactly and stand there once: Go's readers take them in any case, the last one winning, and others differ.
/// </summary>
internal sealed class ManifestReader
{
    private static readonly string[] ManifestMembers =
    [
        "schemaVersion", "mediaType", "artifactType", "config", "layers", "manifests", "subject", "annotations", "fsLayers", "history", "signatures",
    ];

    private static readonly string[] DescriptorMembers =
        ["mediaType", "digest", "size", "urls", "annotations", "data", "platform", "artifactType"];

    private static readonly string[] PlatformMembers =
        ["architecture", "os", "os.version", "os.features", "variant", "features"];

    private ManifestError? _error;

    public static ManifestDocument? Read(ReadOnlyMemory<byte> content, string? declaredMediaType, out ManifestError? error)
    {
        error = content.Length > ManifestDocument.MaximumSize ? ManifestError.TooLarge(content.Length)
            : !System.Text.Unicode.Utf8.IsValid(content.Span) ? NotJson(Text.Say("it is no UTF-8"))
            : null;
        if (error is not null)
            return null;
        try
        {
            using var json = JsonDocument.Parse(content, ManifestFormat.JsonLimits);
            var reader = new ManifestReader();
            var document = reader.ReadDocument(json.RootElement, content, declaredMediaType);
            error = reader._error;
            return error is null ? document : null;
        }
        catch (JsonException e)
        {
            error = NotJson(Text.Say($"line {e.LineNumber + 1}, byte {e.BytePositionInLine}"));
        }
        catch (InvalidOperationException)
        {
            error = NotJson(Text.Say("it holds an escape that is no character"));
        }

        return null;
    }

    private ManifestDocument? ReadDocument(JsonElement json, ReadOnlyMemory<byte> content, string? declaredMediaType)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            _error = NotJson(Text.Say("it is no JSON object"));
            return null;
        }

        if (DecideMediaType(json, declaredMediaType) is not { } mediaType)
            return null;
        var isIndex = ManifestFormat.IsIndex(mediaType);
        CheckEssentialMembers(json, mediaType, isIndex);
        var members = ReadMembers(json, ManifestMembers, Text.Say("the manifest"));
        if (!members.TryGetValue("schemaVersion", out var version) || !JsonMembers.TryReadInteger(version, out var number) || number != 2)
            Malformed(Text.Say("schemaVersion must be 2"));
        _ = ReadString(members, "mediaType", "mediaType");
        var attributes = new ManifestAttributes(
            ReadString(members, "artifactType", "artifactType"),
            members.TryGetValue("subject", out var subject) ? ReadDescriptor(subject, "subject") : null,
            ReadAnnotations(members, "annotations"));
        if (isIndex)
            return new ImageIndex(content, mediaType, attributes, ReadDescriptors(json, members, "manifests"));
        var layers = ReadDescriptors(json, members, "layers");
        if (!members.TryGetValue("config", out var config))
            Malformed(Text.Say("config is missing"));
        return ReadDescriptor(config, "config") is { } descriptor
            ? new ImageManifest(content, mediaType, attributes, descriptor, layers)
            : null;
    }

    private string? DecideMediaType(JsonElement json, string? declared)
    {
        var guess = ManifestFormat.GuessElement(json);
        var own = json.TryGetProperty("mediaType", out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        var type = declared ?? (own.Length > 0 ? own : guess);
        if (ManifestFormat.IsSchema1(type) || ManifestFormat.IsSchema1(own) || ManifestFormat.IsSchema1(guess))
            _error = ManifestError.Schema1;
        else if (type.Length == 0)
            _error = new(ManifestProblem.UnsupportedMediaType, Text.Say("this is no manifest: it has no media type"));
        else if (!ManifestFormat.IsImage(type) && !ManifestFormat.IsIndex(type))
            _error = new(ManifestProblem.UnsupportedMediaType, Text.Say($"media type {Shown(type)} is not supported for manifests"));
        else if (own.Length > 0 && own != type)
            _error = new(ManifestProblem.MediaTypeMismatch, Text.Say($"the manifest was declared as {type}, but says it is {Shown(own)}"));
        return _error is null ? type : null;
    }

    private void CheckEssentialMembers(JsonElement json, string mediaType, bool isIndex)
    {
        var allowed = isIndex ? EssentialMembers.Manifests : EssentialMembers.Config | EssentialMembers.Layers;
        if (ManifestFormat.FindForeignMembers(json, allowed) is { Count: > 0 } foreign)
            Ambiguous(Text.Say($"a manifest of type {mediaType} must not have {string.Join(", ", foreign)}"));
    }

    // The known members that are there and not null.
    private Dictionary<string, JsonElement> ReadMembers(JsonElement json, string[] known, string where)
    {
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in json.EnumerateObject())
        {
            if (Array.Find(known, field => JsonMembers.Folds(member, field)) is not { } name)
                continue;
            if (name != member.Name)
                Ambiguous(Text.Say($"{where} spells {name} in another case"));
            else if (!seen.Add(name))
                Ambiguous(Text.Say($"{where} has {name} twice"));
            if (member.Value.ValueKind != JsonValueKind.Null)
                members[name] = member.Value;
        }

        return members;
    }

    private List<Descriptor> ReadDescriptors(JsonElement json, Dictionary<string, JsonElement> members, string name)
    {
        var descriptors = new List<Descriptor>();
        if (!members.TryGetValue(name, out var array))
        {
            // Go writes null for a list without entries.
            if (!json.TryGetProperty(name, out _))
                Malformed(Text.Say($"{name} is missing"));
            return descriptors;
        }

        if (array.ValueKind != JsonValueKind.Array)
        {
            Malformed(Text.Say($"{name} must be a list"));
            return descriptors;
        }

        foreach (var entry in array.EnumerateArray())
        {
            if (ReadDescriptor(entry, $"{name}[{descriptors.Count}]") is not { } descriptor)
                break;
            descriptors.Add(descriptor);
        }

        return descriptors;
    }

    private Descriptor? ReadDescriptor(JsonElement json, string where)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            Malformed(Text.Say($"{where} must be a descriptor"));
            return null;
        }

        var members = ReadMembers(json, DescriptorMembers, where);
        if (ReadString(members, "mediaType", $"{where}.mediaType") is not { Length: > 0 } mediaType)
            return Malformed(Text.Say($"{where}.mediaType is missing"));
        if (!Digest.TryParse(ReadString(members, "digest", $"{where}.digest"), out var digest, out var why))
            return Malformed($"{where}.digest: {ReferenceError.BadDigest(why).Message}");
        if (!members.TryGetValue("size", out var sizeValue) || !JsonMembers.TryReadInteger(sizeValue, out var size) || size < 0)
            return Malformed(Text.Say($"{where}.size must be a number of bytes"));
        return new Descriptor(mediaType, digest, size)
        {
            Urls = ReadStrings(members, "urls", $"{where}.urls"),
            Annotations = ReadAnnotations(members, $"{where}.annotations"),
            Platform = members.TryGetValue("platform", out var platform) ? ReadPlatform(platform, $"{where}.platform") : null,
            ArtifactType = ReadString(members, "artifactType", $"{where}.artifactType"),
        };
    }

    private Platform? ReadPlatform(JsonElement json, string where)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            Malformed(Text.Say($"{where} must be an object"));
            return null;
        }

        var members = ReadMembers(json, PlatformMembers, where);
        return new Platform(
            ReadString(members, "os", $"{where}.os") ?? "",
            ReadString(members, "architecture", $"{where}.architecture") ?? "",
            ReadString(members, "variant", $"{where}.variant") ?? "");
    }

    private string? ReadString(Dictionary<string, JsonElement> members, string name, string where)
    {
        if (!members.TryGetValue(name, out var value))
            return null;
        if (value.ValueKind == JsonValueKind.String)
            return value.GetString();
        Malformed(Text.Say($"{where} must be a text"));
        return null;
    }

    private List<string> ReadStrings(Dictionary<string, JsonElement> members, string name, string where)
    {
        if (!members.TryGetValue(name, out var array))
            return [];
        if (array.ValueKind == JsonValueKind.Array && array.EnumerateArray().All(entry => entry.ValueKind == JsonValueKind.String))
            return [.. array.EnumerateArray().Select(entry => entry.GetString()!)];
        Malformed(Text.Say($"{where} must be a list of texts"));
        return [];
    }

    private IReadOnlyDictionary<string, string> ReadAnnotations(Dictionary<string, JsonElement> members, string where)
    {
        if (!members.TryGetValue("annotations", out var json))
            return Descriptor.EmptyAnnotations;
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal);
        if (json.ValueKind != JsonValueKind.Object || json.EnumerateObject().Any(entry => entry.Value.ValueKind != JsonValueKind.String))
        {
            Malformed(Text.Say($"{where} must be texts by key"));
            return annotations;
        }

        foreach (var entry in json.EnumerateObject())
        {
            if (!annotations.TryAdd(entry.Name, entry.Value.GetString()!))
                Ambiguous(Text.Say($"{where} has a key twice"));
        }

        return annotations;
    }

    private Descriptor? Malformed(string message)
    {
        _error ??= new(ManifestProblem.Malformed, message);
        return null;
    }

    private void Ambiguous(string message) => _error ??= new(ManifestProblem.Ambiguous, message);

    private static ManifestError NotJson(string why) => new(ManifestProblem.NotJson, Text.Say($"this is no manifest: {why}"));

    private static string Shown(string mediaType) => mediaType.Length <= 100 ? mediaType : mediaType[..100] + "…";
}
