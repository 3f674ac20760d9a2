using System.Text;
using Plomba.CommandLine;
using Plomba.Site;
using Plomba.Site.Editing;

namespace Plomba.Verbs.Site;

/// <summary>One change of a site on the command line: a valid site is opened, changed and, when still valid, saved.</summary>
internal sealed class SiteEdit
{
    private readonly string _path;
    private readonly byte[] _before;

    private SiteEdit(string path, byte[] before, SiteDescription site)
    {
        (_path, _before, Site) = (path, before, site);
        Text = new SiteText(Encoding.UTF8.GetString(before));
    }

    /// <summary>The site before the change.</summary>
    public SiteDescription Site { get; }

    /// <summary>The text, to be replaced by the changed one.</summary>
    public SiteText Text { get; set; }

    /// <summary>Opens the site.</summary>
    /// <exception cref="Failure">It cannot be read or is not valid.</exception>
    public static SiteEdit Open(string path)
    {
        var (reading, content) = SiteOption.Read(path, SiteWriter.Open);
        return new SiteEdit(path, content, reading.Site ?? throw SiteOption.Invalid(path));
    }

    /// <summary>The namespace or key that is written another way than these verbs can edit.</summary>
    public Failure NotEditable(string what) =>
        new(Language.Text.Say($"{what} is not written as a block of its own with plain lists in {_path}"), Language.Text.Say("Change it with an editor, then: plomba site check."));

    /// <summary>Copies new keys and saves; the keys first, so that a described key is always there.</summary>
    /// <exception cref="Failure">The changed site would have mistakes; nothing was written.</exception>
    public SiteDescription Save(IReadOnlyList<KeyAdmission> keys)
    {
        var errors = SiteFile.Parse(Encoding.UTF8.GetBytes(Text.Text), _path).Findings.Where(f => f.Severity == FindingSeverity.Error).ToList();
        if (errors.Count > 0)
            throw new Failure(Language.Text.Say($"the site would not be valid: {string.Join("; ", errors.Select(f => f.Text))}"), Language.Text.Say($"{_path} was not touched."));
        foreach (var key in keys)
            SiteOption.Write(key.PathIn(Site), () => key.Store(Site));
        return SiteWriter.Save(_path, _before, Text.Text).Site ?? throw SiteOption.Invalid(_path);
    }
}
