using System.Net;
using System.Text;
using Plomba.Hosts.Plans;
using Plomba.Site.Rendering;

namespace Plomba.Hosts.Rules.Files;

/// <summary>P302: a name of the site leads to another address, or to none.</summary>
internal sealed class HostsFile : Rule
{
    private const string Path = "/etc/hosts";
    private const int LongestFile = 8 * 1024 * 1024;
    private static readonly char[] Blanks = [' ', '\t', '\r'];

    public override string Id => "P302";

    public override string Title => Text.Say("/etc/hosts leads the site's names elsewhere");

    public override string Why => Text.Say("Images and signatures are asked from another machine.");

    public override bool IsMendedBy(DesiredEntry entry) => entry is HostsEntry;

    public override IEnumerable<Finding> Check(CheckedMachine machine)
    {
        if (machine.Site is not { } site || HostsLines.Of(site) is not { Count: > 0 } wanted)
            yield break;
        var lines = machine.Files.Read(Path, LongestFile) is { IsRead: true, Bytes: var bytes } ? Encoding.Latin1.GetString(bytes.Span).Split('\n').Select(Parse).ToList() : [];
        foreach (var (address, names) in wanted.Select(Parse))
        {
            foreach (var name in names)
            {
                // The first line that has the name whole counts: registry.local.evil.org is another name.
                var found = lines.FirstOrDefault(l => l.Names.Contains(name, StringComparer.OrdinalIgnoreCase)).Address;
                if (found is null)
                    yield return Error(Path, Text.Say($"{Path} does not name {name}"), "plomba host apply client");
                else if (!IsSame(found, address))
                    yield return Error(Path, Text.Say($"{Path} says {name} is {found}, the site says {address}"), "plomba host apply client");
            }
        }
    }

    private static (string Address, string[] Names) Parse(string line)
    {
        var words = line.Split('#', 2)[0].Split(Blanks, StringSplitOptions.RemoveEmptyEntries);
        return words is [var address, .. var names] ? (address, names) : ("", []);
    }

    private static bool IsSame(string a, string b) => IPAddress.TryParse(a, out var left) && IPAddress.TryParse(b, out var right) && left.Equals(right);
}
