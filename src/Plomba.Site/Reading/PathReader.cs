using Plomba.Site.Names;

namespace Plomba.Site.Reading;

/// <summary>Reads paths; relative ones are relative to the site file.</summary>
internal sealed class PathReader(string directory, FindingList findings)
{
    /// <summary>The path of a key; when it is not written, the default (null: none).</summary>
    public SitePath? Read(TableReader? table, string name, string? standard)
    {
        if (table?.Value<SitePath>(name, TryParse) is { } path)
            return path.Value;
        if (standard is null || table is null || table.Has(name))
            return null;
        if (TryParse(standard, out var value, out var why))
            return value;
        findings.Error(table.Place, FindingCode.Value, Text.Say($"{table} has no {name}, and the default does not do: {why}"));
        return null;
    }

    /// <summary>The path of a key that must be written.</summary>
    public SitePath? ReadMandatory(TableReader table, string name, string advice) => table.Value<SitePath>(name, TryParse, advice)?.Value;

    private bool TryParse(string text, out SitePath path, out string? why) => SitePath.TryParse(text, directory, out path, out why);
}
