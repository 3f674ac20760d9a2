using System.Globalization;
using System.Text.Json;

namespace Plomba.Trust.Tuf;

/// <summary>Writes the signed part of metadata files.</summary>
internal static class MetadataWriter
{
    private const string SpecificationVersion = "1.0.31";

    /// <summary>The text of an expiry time: whole seconds of UTC.</summary>
    public const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    public static byte[] Write(TufMetadata metadata) => TufJson.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("_type", metadata.Role.Name());
        json.WriteString("spec_version", SpecificationVersion);
        json.WriteNumber("version", metadata.Version);
        json.WriteString("expires", metadata.Expires.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture));
        switch (metadata)
        {
            case RootMetadata root:
                WriteRoot(json, root);
                break;
            case TimestampMetadata timestamp:
                json.WriteStartObject("meta");
                WriteDescription(json, "snapshot.json", timestamp.Snapshot);
                json.WriteEndObject();
                break;
            case SnapshotMetadata snapshot:
                json.WriteStartObject("meta");
                foreach (var (name, file) in snapshot.Files)
                    WriteDescription(json, name, file);
                json.WriteEndObject();
                break;
            case TargetsMetadata targets:
                json.WriteStartObject("targets");
                foreach (var (path, file) in targets.Files)
                {
                    json.WriteStartObject(path.Text);
                    WriteContent(json, file);
                    json.WriteEndObject();
                }

                json.WriteEndObject();
                break;
        }

        json.WriteEndObject();
    });

    private static void WriteRoot(Utf8JsonWriter json, RootMetadata root)
    {
        json.WriteBoolean("consistent_snapshot", root.ConsistentSnapshot);
        json.WriteStartObject("keys");
        foreach (var (id, key) in root.Keys)
        {
            json.WritePropertyName(id);
            (key ?? throw new ArgumentException("a key of an unknown kind cannot be written", nameof(root))).Write(json);
        }

        json.WriteEndObject();
        json.WriteStartObject("roles");
        foreach (var role in TufRoles.All)
        {
            json.WriteStartObject(role.Name());
            json.WriteStartArray("keyids");
            foreach (var id in root.Roles[role].KeyIds)
                json.WriteStringValue(id);
            json.WriteEndArray();
            json.WriteNumber("threshold", root.Roles[role].Threshold);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteDescription(Utf8JsonWriter json, string name, FileDescription file)
    {
        json.WriteStartObject(name);
        json.WriteNumber("version", file.Version);
        if (file.Content is { } content)
            WriteContent(json, content);
        json.WriteEndObject();
    }

    private static void WriteContent(Utf8JsonWriter json, TargetFile file)
    {
        if (file.Length is { } length)
            json.WriteNumber("length", length);
        json.WriteStartObject("hashes");
        foreach (var (algorithm, hash) in file.Hashes)
            json.WriteString(algorithm, hash);
        json.WriteEndObject();
    }
}
