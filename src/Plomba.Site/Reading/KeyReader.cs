using Plomba.Site.Names;
using Plomba.Trust.Keys;

namespace Plomba.Site.Reading;

/// <summary>Reads the <c>[[key]]</c> tables.</summary>
internal sealed class KeyReader(FindingList findings, Dictionary<KeyName, Place> places)
{
    private const int LongestOwner = 256;

    /// <summary>The keys, in order; those with a mistake are left out.</summary>
    public List<SiteKey> Read(IEnumerable<TableReader> tables)
    {
        var keys = new List<SiteKey>();
        var byFingerprint = new Dictionary<Fingerprint, KeyName>();
        foreach (var table in tables)
        {
            var name = table.Value<KeyName>("name", KeyName.TryParse, Text.Say("write name = \"images-developer\""));
            var fingerprint = table.Value<Fingerprint>("fingerprint", TryParseFingerprint, Text.Say("write the 40 hex digits that gpg --fingerprint prints"));
            var owner = table.Value<string>("owner", TryParseOwner);
            table.ReportUnknown();
            if (name is { } n && !places.TryAdd(n.Value, table.Place))
                findings.Error(n.Place, FindingCode.Duplicate, Text.Say($"the key {n.Value} is described at line {places[n.Value].Line} already: give this one another name"));
            else if (fingerprint is { } f && name is { } fresh && !byFingerprint.TryAdd(f.Value, fresh.Value))
                findings.Error(f.Place, FindingCode.Duplicate, Text.Say($"this is the key {byFingerprint[f.Value]} already: one name for one key"));
            else if (name is { } known && fingerprint is { } valid)
                keys.Add(new SiteKey(known.Value, valid.Value, owner?.Value));
        }

        return keys;
    }

    private static bool TryParseFingerprint(string text, out Fingerprint fingerprint, out string? why)
    {
        why = null;
        if (!Fingerprint.TryParse(text, out fingerprint) || fingerprint.Text.Length != 40)
            why = Text.Say("a fingerprint has 40 hex digits, as gpg --fingerprint prints them; key ids are never enough");
        return why is null;
    }

    private static bool TryParseOwner(string text, out string owner, out string? why)
    {
        owner = text;
        why = text.Length <= LongestOwner && !text.Any(char.IsControl)
            ? null
            : Text.Say($"an owner is one line of at most {LongestOwner} characters");
        return why is null;
    }
}
