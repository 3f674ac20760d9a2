namespace Plomba.Site.Reading;

/// <summary>Collects findings, so that one run reports them all.</summary>
internal sealed class FindingList(IEnumerable<SiteFinding>? earlier = null)
{
    private readonly List<SiteFinding> _findings = [.. earlier ?? []];

    /// <summary>Whether the site is not valid.</summary>
    public bool HasErrors => _findings.Exists(f => f.Severity == FindingSeverity.Error);

    /// <summary>In the order of the file. After a mistake of syntax nothing is called missing: the line left out may be it.</summary>
    public IReadOnlyList<SiteFinding> InOrder
    {
        get
        {
            var doubtful = _findings.Exists(f => f.Code == FindingCode.Syntax);
            return [.. _findings
                .Where(f => !doubtful || f.Code is not (FindingCode.Missing or FindingCode.UndefinedKey or FindingCode.UnusedKey or FindingCode.NoAccounts))
                .OrderBy(f => f.Line).ThenBy(f => f.Column)];
        }
    }

    /// <summary>Adds an error.</summary>
    public void Error(Place place, string code, string text) =>
        _findings.Add(new SiteFinding(FindingSeverity.Error, place.Line, place.Column, code, OneLine(text)));

    /// <summary>Adds a warning.</summary>
    public void Warn(Place place, string code, string text) =>
        _findings.Add(new SiteFinding(FindingSeverity.Warning, place.Line, place.Column, code, OneLine(text)));

    /// <summary>A value of the file as a message quotes it: short, without control characters.</summary>
    public static string Quote(string text) => $"\"{(text.Length > 80 ? text[..80] + "…" : text)}\"";

    // The file is foreign: nothing it holds may break a line of the report or reach a terminal as an escape.
    private static string OneLine(string text) =>
        string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? $"\\u{(int)c:x4}" : c.ToString()));
}
