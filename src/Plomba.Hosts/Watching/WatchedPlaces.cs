using System.Collections.Immutable;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Rules;
using Plomba.Hosts.Stores;

namespace Plomba.Hosts.Watching;

/// <summary>A directory whose changes matter.</summary>
/// <param name="Path">The directory.</param>
/// <param name="Names">The entries that matter; empty: all. Homes and /etc change all the time for other reasons.</param>
internal sealed record WatchedPlace(string Path, ImmutableArray<string> Names)
{
    public bool IsAbout(string name) => Names.IsEmpty || name.Length == 0 || Names.Contains(name, StringComparer.Ordinal);
}

/// <summary>Where something must happen before a rule can find something new.</summary>
internal static class WatchedPlaces
{
    private const int MostSubdirectories = 200;

    private static readonly ImmutableArray<string> Etc = ["containers", "crio", "plomba", "kubernetes", "systemd", "passwd", "group", "hosts"];
    private static readonly ImmutableArray<string> Home =
        [".config", ".local", ".bashrc", ".bash_profile", ".bash_login", ".bash_aliases", ".profile", ".zshrc", ".zshenv", ".zprofile", ".pam_environment"];

    /// <summary>All of them, existing or not; asked anew after each change, for new directories appear.</summary>
    public static IEnumerable<WatchedPlace> Of(CheckedMachine machine)
    {
        yield return new("/etc", Etc);
        foreach (var tree in (string[])["/etc/containers", "/etc/crio", "/etc/plomba", "/etc/systemd/system", "/etc/kubernetes/manifests"])
        {
            foreach (var place in Tree(machine, tree, depth: 2))
                yield return place;
        }

        if (machine.Site is { } site)
            yield return new(site.KeysDirectory.Text, []);
        var stores = new StorePlaces(machine.Files);
        foreach (var user in machine.Users)
        {
            var home = user.Home.TrimEnd('/');
            yield return new(home.Length == 0 ? "/" : home, Home);
            yield return new($"{home}/.config", ["containers", "environment.d", "systemd", "fish"]);
            foreach (var place in Tree(machine, user.ConfigurationDirectory, depth: 1))
                yield return place;
            yield return new($"{home}/.local", ["share"]);
            yield return new($"{home}/.local/share", ["containers"]);
            foreach (var root in user.Kind == UserKind.Root ? stores.OfRoot() : stores.Of(user.Name, user.Uid, user.Home))
            {
                yield return new(System.IO.Path.GetDirectoryName(root)!, [System.IO.Path.GetFileName(root)]);
                yield return new(root, []);
                yield return new($"{root}/overlay-images", ["images.json"]);
                yield return new($"{root}/overlay-containers", ["containers.json"]);
            }
        }
    }

    private static IEnumerable<WatchedPlace> Tree(CheckedMachine machine, string path, int depth)
    {
        yield return new(path, []);
        if (depth == 0 || !MachinePath.TryParse(path, out var place, out _) || !machine.Root.List(place).TryGet(out var entries, out _))
            yield break;
        foreach (var entry in entries.Where(e => e.Kind == NodeKind.Directory).Take(MostSubdirectories))
        {
            foreach (var below in Tree(machine, entry.Path.Text, depth - 1))
                yield return below;
        }
    }
}
