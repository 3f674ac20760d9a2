using System.Text;
using System.Text.Json;

namespace Plomba.Images.Manifests;

/// <summary>
/// What format a manifest has, decided exactly as the reference implementation does (TRUST.md §9), so that both take the
/// same bytes for the same thing.
/// </summary>
public static class ManifestFormat
{
    // A type no table of this program needs: it only helps to tell formats apart.
    private const string DockerConfig = "application/vnd.docker.container.image.v1+json";

    /// <summary>
    /// The media type of manifest bytes, from their own <c>mediaType</c> or else their shape; empty when unrecognised.
    /// Tolerant of duplicates and case: a guess is no approval (that is <see cref="ManifestDocument.TryParse"/>). In the one
    /// case of a list with a config of a foreign type the answer is that type.
    /// </summary>
    public static string Guess(ReadOnlyMemory<byte> content)
    {
        try
        {
            using var json = Parse(content);
            return GuessElement(json.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // No JSON, or text in it that is no Unicode.
            return "";
        }
    }

    /// <summary>
    /// The media type a served Content-Type (without parameters) stands for: itself when known, else signed Docker schema 1,
    /// which is then refused by name.
    /// </summary>
    public static string Normalize(string contentType) =>
        IsImage(contentType) || IsIndex(contentType) || contentType == MediaTypes.DockerSchema1
            ? contentType
            : MediaTypes.DockerSchema1Signed;

    /// <summary>Whether the type is a single image's, OCI or Docker schema 2.</summary>
    public static bool IsImage(string mediaType) => mediaType is MediaTypes.OciManifest or MediaTypes.DockerManifest;

    /// <summary>Whether the type is a list's, OCI or Docker.</summary>
    public static bool IsIndex(string mediaType) => mediaType is MediaTypes.OciIndex or MediaTypes.DockerManifestList;

    /// <summary>Whether the type is Docker schema 1's, signed or not.</summary>
    public static bool IsSchema1(string mediaType) => mediaType is MediaTypes.DockerSchema1 or MediaTypes.DockerSchema1Signed;

    /// <summary>
    /// The essential members that stand in a manifest, in any case, and are not among the <paramref name="allowed"/> ones
    /// (CVE-2021-41190); empty when the format is unambiguous, null when the bytes are no JSON object.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="allowed"/> has undefined bits.</exception>
    public static IReadOnlyList<string>? FindForeignMembers(ReadOnlyMemory<byte> content, EssentialMembers allowed)
    {
        if ((allowed & ~EssentialMembers.All) != EssentialMembers.None)
            throw new ArgumentOutOfRangeException(nameof(allowed), allowed, "There is no such member.");
        try
        {
            using var json = Parse(content);
            return json.RootElement.ValueKind switch
            {
                JsonValueKind.Object => FindForeignMembers(json.RootElement, allowed),
                JsonValueKind.Null => [],
                _ => null,
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    internal static IReadOnlyList<string> FindForeignMembers(JsonElement json, EssentialMembers allowed) =>
    [
        .. Essential
            .Where(member => !allowed.HasFlag(member.Key))
            .Where(member => JsonMembers.Matching(json, member.Value).LastOrDefault().ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null))
            .Select(member => member.Value),
    ];

    internal static string GuessElement(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
            return "";
        if (!JsonMembers.TryGetString(json, "mediaType", out var own) || !JsonMembers.TryGetInteger(json, "schemaVersion", out var version))
            return "";
        if (IsImage(own) || IsIndex(own))
            return own;
        return version switch
        {
            1 => JsonMembers.Matching(json, "signatures").LastOrDefault().ValueKind is JsonValueKind.Undefined or JsonValueKind.Null
                ? MediaTypes.DockerSchema1
                : MediaTypes.DockerSchema1Signed,
            2 => GuessByShape(json),
            _ => "",
        };
    }

    private static string GuessByShape(JsonElement json)
    {
        var config = "";
        foreach (var member in JsonMembers.Matching(json, "config").Where(member => member.ValueKind != JsonValueKind.Null))
        {
            if (member.ValueKind != JsonValueKind.Object || !JsonMembers.TryGetString(member, "mediaType", out var type))
                return "";
            config = type.Length > 0 ? type : config;
        }

        if (config == MediaTypes.OciConfig)
            return MediaTypes.OciManifest;
        if (config == DockerConfig)
            return MediaTypes.DockerManifest;
        var manifests = JsonMembers.Matching(json, "manifests").LastOrDefault();
        if (manifests.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
            return MediaTypes.OciManifest;
        if (manifests.ValueKind != JsonValueKind.Array
            || manifests.EnumerateArray().Any(entry => entry.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null)))
            return "";
        return manifests.GetArrayLength() == 0 ? MediaTypes.OciManifest
            : config.Length > 0 ? config
            : MediaTypes.OciIndex;
    }

    // Bytes that are no UTF-8 are replaced, not refused: so does the reference implementation when it guesses.
    private static JsonDocument Parse(ReadOnlyMemory<byte> content) =>
        System.Text.Unicode.Utf8.IsValid(content.Span)
            ? JsonDocument.Parse(content, JsonLimits)
            : JsonDocument.Parse(Encoding.UTF8.GetString(content.Span), JsonLimits);

    internal static JsonDocumentOptions JsonLimits { get; } = new() { MaxDepth = ManifestDocument.MaximumDepth };

    private static readonly KeyValuePair<EssentialMembers, string>[] Essential =
    [
        new(EssentialMembers.Config, "config"),
        new(EssentialMembers.FsLayers, "fsLayers"),
        new(EssentialMembers.History, "history"),
        new(EssentialMembers.Layers, "layers"),
        new(EssentialMembers.Manifests, "manifests"),
    ];
}

/// <summary>The members by which manifest formats are told apart.</summary>
[Flags]
public enum EssentialMembers
{
    /// <summary>None of them.</summary>
    None = 0,

    /// <summary><c>config</c>: images.</summary>
    Config = 1,

    /// <summary><c>fsLayers</c>: Docker schema 1.</summary>
    FsLayers = 2,

    /// <summary><c>history</c>: Docker schema 1.</summary>
    History = 4,

    /// <summary><c>layers</c>: images.</summary>
    Layers = 8,

    /// <summary><c>manifests</c>: indexes.</summary>
    Manifests = 16,

    /// <summary>Every one.</summary>
    All = Config | FsLayers | History | Layers | Manifests,
}
