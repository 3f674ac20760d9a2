using Plomba.Hosts.Machines;
using Plomba.Hosts.Stores;
using Plomba.Trust;

namespace Plomba.Hosts.Rules.Traces;

/// <summary>P206: a user keeps images outside of the store that podman gives them: under another HOME, say.</summary>
internal sealed class OtherStore : Rule
{
    private const int MostDepth = 5;
    private const int MostDirectoriesOfUser = 2000;
    private const int MostEntries = 5000;

    // Where anybody may put anything.
    private static readonly string[] SharedPlaces = ["/tmp", "/var/tmp", "/dev/shm"];

    public override string Id => "P206";

    public override string Title => Text.Say("A user keeps images in another place");

    public override string Why => Text.Say("With another home directory podman reads another policy; what was pulled so was asked for no signature.");

    public override IEnumerable<Finding> Check(CheckedMachine machine)
    {
        var users = machine.Users.Where(u => u.Kind is UserKind.Client or UserKind.Other).ToList();
        var known = machine.Stores.Select(s => s.Store.GraphRoot).ToHashSet(StringComparer.Ordinal);
        var places = users.Select(u => (User: (CheckedUser?)u, Place: u.Home)).Concat(SharedPlaces.Select(p => ((CheckedUser?)null, p)));
        foreach (var (user, place) in places.DistinctBy(p => p.Item2, StringComparer.Ordinal))
        {
            foreach (var (store, owner) in Find(machine, place, known))
            {
                var name = user?.Name ?? users.FirstOrDefault(u => u.Uid == owner)?.Name;
                if (name is not null)
                    yield return Error(name, Text.Say($"{name} keeps images in {QuotedText.Of(store)}"), $"rm -r {ShellWord.Of(store)}");
            }
        }
    }

    // Breadth first and bounded: a home can hold millions of files, and the check must not become a burden.
    private static IEnumerable<(string GraphRoot, uint Owner)> Find(CheckedMachine machine, string place, HashSet<string> known)
    {
        if (!MachinePath.TryParse(place, out var start, out _) || start.Depth == 0)
            yield break;
        var pending = new Queue<(MachinePath Path, int Depth)>([(start, 0)]);
        for (var looked = 0; looked < MostDirectoriesOfUser && pending.TryDequeue(out var next); looked++)
        {
            if (known.Contains(next.Path.Text) || !machine.Root.List(next.Path, MostEntries).TryGet(out var entries, out _))
                continue;
            var directories = entries.Where(e => e.Kind is NodeKind.Directory or null).ToList();
            if (directories.Any(d => ImageStore.IsListDirectory(d.Path.Name) && machine.Status($"{d.Path.Text}/images.json") is { Kind: NodeKind.File }))
            {
                yield return (next.Path.Text, machine.Root.Status(next.Path).TryGet(out var status, out _) ? status.Attributes.Owner.User : 0);
                continue;
            }

            foreach (var directory in directories.Where(_ => next.Depth < MostDepth))
                pending.Enqueue((directory.Path, next.Depth + 1));
        }
    }
}
