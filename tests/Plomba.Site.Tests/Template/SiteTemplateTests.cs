using System.Text;
using Plomba.Site.Template;

namespace Plomba.Site.Tests.Template;

public sealed class SiteTemplateTests
{
    [Fact]
    public void The_template_is_valid_and_describes_a_registry_for_this_machine()
    {
        var reading = SiteFile.Parse(SiteTemplate.Content, "/srv/site.toml");

        Assert.DoesNotContain(reading.Findings, f => f.Severity == FindingSeverity.Error);
        Assert.Equal("localhost:5000", reading.Site!.Registry.Name.Text);
        Assert.Equal("/srv/plomba-data", reading.Site.Registry.Data.Text);
    }

    [Fact]
    public void With_its_comments_removed_the_template_is_a_valid_site_of_several_machines()
    {
        var lines = Encoding.UTF8.GetString(SiteTemplate.Content).Split('\n').SkipWhile(l => !l.StartsWith("[registry]", StringComparison.Ordinal)).ToList();
        // A commented line that is TOML stands for the uncommented one of the same key right above it.
        var site = new List<string> { "format = 1", "[site]", "name = \"example\"" };
        foreach (var line in lines)
        {
            if (!line.StartsWith("# ", StringComparison.Ordinal) || !IsToml(line[2..]))
            {
                if (!line.StartsWith('#'))
                    site.Add(line);
                continue;
            }

            var key = line[2..].Split('=')[0].Trim();
            if (site.FindLastIndex(l => l.StartsWith('[')) is var table && site.FindIndex(table, l => l.Split('=')[0].Trim() == key) is > 0 and var written)
                site.RemoveAt(written);
            site.Add(line[2..]);
        }

        var reading = Sites.Read(string.Join('\n', site));

        Assert.DoesNotContain(reading.Findings, f => f.Severity == FindingSeverity.Error);
        Assert.Equal("registry.local", reading.Site!.Registry.Name.Text);
        Assert.Equal("images-developer", Assert.Single(Assert.Single(reading.Site.Namespaces).Keys).Name.Text);
    }

    private static bool IsToml(string line) => line.StartsWith('[') || line.Contains(" = ", StringComparison.Ordinal) || line.Contains("  = ", StringComparison.Ordinal);
}
