using Plomba.Site.Names;
using Plomba.Trust.Tuf;

namespace Plomba.Site.Reading;

/// <summary>Reads <c>[trust]</c>.</summary>
internal sealed class TrustReader(FindingList findings)
{
    private static string Advice => Text.Say("write administrators = [\"alice MCowBQYDK2VwAyEA…\"], the line that plomba key new --type tuf printed");

    /// <summary>The settings; null when they are not written or not valid.</summary>
    public TrustSettings? Read(TableReader? table)
    {
        if (table is null)
            return null;
        var administrators = table.Values<NamedTufKey>("administrators", TryParse, Advice);
        var online = table.Values<NamedTufKey>("online", TryParse, Text.Say("write online = [\"server MCowBQYDK2VwAyEA…\"]")) ?? [];
        var threshold = table.Number("threshold");
        table.ReportUnknown();
        if (administrators is null && !table.Has("administrators"))
            findings.Error(table.Place, FindingCode.Missing, Text.Say($"[trust] has no administrators: {Advice}"));
        if (administrators is not { Count: > 0 })
            return null;
        ReportRepeated([.. administrators, .. online]);
        var needed = threshold?.Value ?? 1;
        if (needed < 1 || needed > administrators.Count)
            findings.Error(threshold!.Value.Place, FindingCode.Value, Text.Say($"threshold = {needed}: from 1 to the number of administrators, {administrators.Count}"));
        else if (needed == administrators.Count)
            findings.Warn(administrators[0].Place, FindingCode.NoSpareKey, Text.Say("threshold is the number of administrators: when one key is lost, nothing can be published any more and every machine must join anew; let there be one key more than are needed"));
        return new TrustSettings([.. administrators.Select(a => a.Value)], (int)Math.Clamp(needed, 1, administrators.Count), [.. online.Select(o => o.Value)]);
    }

    // A key that is kept on a server must not count for what the administrators decide.
    private void ReportRepeated(List<Placed<NamedTufKey>> all)
    {
        foreach (var (index, placed) in all.Index())
        {
            if (all.Take(index).Any(o => o.Value.Name == placed.Value.Name))
                findings.Error(placed.Place, FindingCode.Duplicate, Text.Say($"the name {placed.Value.Name} stands in [trust] twice"));
            if (all.Take(index).Any(o => o.Value.Key.Equals(placed.Value.Key)))
                findings.Error(placed.Place, FindingCode.Duplicate, Text.Say($"the key of {placed.Value.Name} stands in [trust] twice: everybody has an own key, and an online key is none of an administrator"));
        }
    }

    private static bool TryParse(string text, out NamedTufKey key, out string? why)
    {
        key = null!;
        if (text.Split(' ') is not [var first, var second])
        {
            why = Text.Say("write a name, one space and the key, as plomba key new --type tuf printed them");
            return false;
        }

        if (!KeyName.TryParse(first, out var name, out why) || !TufKey.TryParse(second, out var parsed, out why))
            return false;
        key = new NamedTufKey(name, parsed);
        return true;
    }
}
