using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Plomba.Trust.Tuf;

/// <summary>Reads the signed part of metadata files. Members it does not know are covered by the signature and otherwise ignored (§4.1).</summary>
internal static class MetadataReader
{
    private const int MostKeys = 100;

    /// <exception cref="FormatException">It is not the metadata of that role.</exception>
    public static TufMetadata Read(JsonElement signed, TufRole role)
    {
        var type = signed.Member("_type").Text("_type");
        if (type != role.Name())
            throw new FormatException(Language.Text.Say($"it is no {role.Name()} metadata"));
        // Only the major version must be one this program was written for (§4.1).
        if (signed.Member("spec_version").Text("spec_version").Split('.') is not ["1", ..])
            throw new FormatException(Language.Text.Say("it is of another version of the specification than 1"));
        var version = signed.Member("version").Number("version", 1);
        var expires = ReadTime(signed.Member("expires").Text("expires"));
        return role switch
        {
            TufRole.Root => ReadRoot(signed, version, expires),
            TufRole.Timestamp => new TimestampMetadata(version, expires, ReadDescription(signed.Member("meta").Member("snapshot.json"))),
            TufRole.Snapshot => ReadSnapshot(signed, version, expires),
            _ => new TargetsMetadata(version, expires, ReadTargets(signed.Member("targets"))),
        };
    }

    private static RootMetadata ReadRoot(JsonElement signed, long version, DateTimeOffset expires)
    {
        var keys = signed.Member("keys").Members("keys").Take(MostKeys + 1).ToImmutableSortedDictionary(m => m.Name, m => TufKey.Read(m.Value), StringComparer.Ordinal);
        if (keys.Count > MostKeys)
            throw new FormatException(Language.Text.Say("more keys than root metadata has"));
        var consistent = signed.TryGetProperty("consistent_snapshot", out var value) ? value.ValueKind : JsonValueKind.False;
        return new RootMetadata(version, expires)
        {
            Keys = keys,
            Roles = TufRoles.All.ToImmutableDictionary(role => role, role => ReadRole(signed.Member("roles").Member(role.Name()))),
            ConsistentSnapshot = consistent is JsonValueKind.True or JsonValueKind.False
                ? consistent == JsonValueKind.True
                : throw new FormatException(Language.Text.Say("consistent_snapshot is neither true nor false")),
        };
    }

    private static RoleKeys ReadRole(JsonElement role)
    {
        var ids = role.Member("keyids").Items("keyids").Select(id => id.Text(Text.Say("a keyid"))).Take(MostKeys + 1).ToImmutableArray();
        if (ids.Length > MostKeys || ids.Distinct(StringComparer.Ordinal).Count() != ids.Length)
            throw new FormatException(Language.Text.Say("a role names a key twice, or too many"));
        return new RoleKeys(ids, (int)Math.Min(role.Member("threshold").Number("threshold", 1), int.MaxValue));
    }

    private static SnapshotMetadata ReadSnapshot(JsonElement signed, long version, DateTimeOffset expires)
    {
        var files = signed.Member("meta").Members("meta").ToImmutableSortedDictionary(m => m.Name, m => ReadDescription(m.Value), StringComparer.Ordinal);
        return files.ContainsKey(SnapshotMetadata.TargetsFile)
            ? new SnapshotMetadata(version, expires, files)
            : throw new FormatException(Language.Text.Say("the snapshot does not name targets.json"));
    }

    private static FileDescription ReadDescription(JsonElement value)
    {
        var version = value.Member("version").Number("version", 1);
        var hasLength = value.TryGetProperty("length", out var length);
        var hasHashes = value.TryGetProperty("hashes", out var hashes);
        var content = hasLength || hasHashes
            ? new TargetFile(hasLength ? length.Number("length", 0) : null, hasHashes ? ReadHashes(hashes) : ImmutableSortedDictionary<string, string>.Empty)
            : null;
        return new FileDescription(version, content);
    }

    private static ImmutableSortedDictionary<TargetPath, TargetFile> ReadTargets(JsonElement targets)
    {
        var files = ImmutableSortedDictionary.CreateBuilder<TargetPath, TargetFile>();
        foreach (var member in targets.Members("targets"))
        {
            if (!TargetPath.TryParse(member.Name, out var path))
                throw new FormatException(Language.Text.Say("a target's path is not one of plain names below a directory"));
            if (files.Count == TargetsMetadata.MostFiles)
                throw new FormatException(Language.Text.Say($"more than {TargetsMetadata.MostFiles} targets"));
            files.Add(path, new TargetFile(member.Value.Member("length").Number("length", 0), ReadHashes(member.Value.Member("hashes"))));
        }

        return files.ToImmutable();
    }

    // Hashes of algorithms unknown here are passed over, as long as one is known.
    private static ImmutableSortedDictionary<string, string> ReadHashes(JsonElement hashes)
    {
        var known = hashes.Members("hashes")
            .Select(m => (m.Name, Hash: m.Value.Text(Text.Say("a hash"))))
            .Where(m => m.Name is "sha256" or "sha512")
            .ToImmutableSortedDictionary(m => m.Name, m => m.Hash, StringComparer.Ordinal);
        return !known.IsEmpty && known.All(h => h.Value.Length == (h.Key == "sha256" ? 64 : 128) && h.Value.All(char.IsAsciiHexDigitLower))
            ? known
            : throw new FormatException(Language.Text.Say("there is no sha256 or sha512 among the hashes"));
    }

    private static DateTimeOffset ReadTime(string text)
    {
        string[] forms = [MetadataWriter.TimeFormat, "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"];
        return DateTimeOffset.TryParseExact(text, forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new FormatException(Language.Text.Say("expires is no time such as 2030-12-31T23:59:59Z"));
    }
}
