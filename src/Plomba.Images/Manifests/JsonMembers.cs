using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Plomba.Images.Manifests;

/// <summary>
/// The members of a JSON object as Go's decoder finds them: names match in any case, where also the two non-ASCII
/// characters that fold to ASCII letters count. What only one of two readers would take for a known member must be seen.
/// </summary>
internal static class JsonMembers
{
    private const char LongS = '\u017f';
    private const char KelvinSign = '\u212a';

    /// <summary>Whether Go would decode this member into a field called <paramref name="field"/>.</summary>
    public static bool Folds(JsonProperty member, string field)
    {
        // Hostile manifests hold hundreds of thousands of members: no string is made for a plain name.
        var raw = JsonMarshal.GetRawUtf8PropertyName(member);
        return Ascii.IsValid(raw) && !raw.Contains((byte)'\\')
            ? Ascii.EqualsIgnoreCase(raw, field)
            : member.Name.Length == field.Length && member.Name.Zip(field).All(pair => Fold(pair.First) == Fold(pair.Second));
    }

    /// <summary>The members that match, in their order.</summary>
    public static IEnumerable<JsonElement> Matching(JsonElement json, string field) =>
        json.EnumerateObject().Where(member => Folds(member, field)).Select(member => member.Value);

    /// <summary>
    /// Go's value of a string field: the last that is not null counts, absent is empty. False when any is of another type.
    /// </summary>
    public static bool TryGetString(JsonElement json, string field, out string value)
    {
        value = "";
        foreach (var member in Matching(json, field))
        {
            if (member.ValueKind is not (JsonValueKind.String or JsonValueKind.Null))
                return false;
            value = member.GetString() ?? value;
        }

        return true;
    }

    /// <summary>Go's value of an integer field: the last that is not null counts, absent is 0. False for anything but an integer.</summary>
    public static bool TryGetInteger(JsonElement json, string field, out long value)
    {
        value = 0;
        foreach (var member in Matching(json, field))
        {
            if (member.ValueKind == JsonValueKind.Null)
                continue;
            if (!TryReadInteger(member, out value))
                return false;
        }

        return true;
    }

    /// <summary>Reads digits alone: no fraction and no exponent, even where the value is whole.</summary>
    public static bool TryReadInteger(JsonElement json, out long value)
    {
        value = 0;
        return json.ValueKind == JsonValueKind.Number
            && !json.GetRawText().AsSpan().ContainsAny('.', 'e', 'E')
            && json.TryGetInt64(out value);
    }

    private static char Fold(char c) => c switch
    {
        LongS => 's',
        KelvinSign => 'k',
        >= 'A' and <= 'Z' => (char)(c | 0x20),
        _ => c,
    };
}
