using Plomba.Hosts.Accounts;
using Plomba.Hosts.Machines;

namespace Plomba.Hosts.Plans;

/// <summary>
/// Entries divided into the machine's own, which come first, and those of every home: whoever owns one can make it
/// impossible to change (a mount, a directory too large to be kept), and must not keep the rest of the machine from it.
/// </summary>
internal static class HomeParts
{
    /// <summary>The parts; the first may be empty, the others are not.</summary>
    public static IReadOnlyList<IReadOnlyList<DesiredEntry>> Of(IReadOnlyList<DesiredEntry> entries, AccountFiles accounts)
    {
        var homes = accounts.People.Select(u => u.Home).OfType<MachinePath>().Where(h => h.Depth > 0).Distinct().ToList();
        var byHome = entries.ToLookup(e => homes.Where(h => e.Path.IsIn(h)).Select(h => (MachinePath?)h).FirstOrDefault());
        return [[.. byHome[null]], .. byHome.Where(part => part.Key is not null).Select(part => (IReadOnlyList<DesiredEntry>)[.. part])];
    }
}
