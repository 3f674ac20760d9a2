using System.Globalization;
using Plomba.Trust.Files;

namespace Plomba.Hosts.Stores;

/// <summary>Where the images of a machine are, by the files that podman and CRI-O go by. A place need not exist.</summary>
/// <param name="files">The machine's files.</param>
public sealed class StorePlaces(ITrustFiles files)
{
    /// <summary>The store of root, and of CRI-O unless it is configured otherwise.</summary>
    public const string SystemGraphRoot = "/var/lib/containers/storage";

    private readonly StorageConf _system = System(files);

    /// <summary>The stores of root: the one in use, the one by default, and the read-only ones that are looked into besides.</summary>
    public IReadOnlyList<string> OfRoot() => Distinct([_system.GraphRoot, SystemGraphRoot, .. _system.AdditionalStores]);

    /// <summary>The stores of an ordinary user: likewise.</summary>
    /// <param name="name">The account's name.</param>
    /// <param name="uid">Its number.</param>
    /// <param name="home">Its home directory, absolute.</param>
    public IReadOnlyList<string> Of(string name, uint uid, string home)
    {
        var own = StorageConf.Read($"{home.TrimEnd('/')}/.config/containers/storage.conf", files, out _);
        return Distinct([own.GraphRoot, InUse(name, uid, home), $"{home.TrimEnd('/')}/.local/share/containers/storage", .. own.AdditionalStores]);
    }

    /// <summary>The store that the machine's configuration gives a user who has none of their own.</summary>
    public string InUse(string name, uint uid, string home) => _system.RootlessPath.Length == 0
        ? $"{home.TrimEnd('/')}/.local/share/containers/storage"
        : _system.RootlessPath
            .Replace("${HOME}", home, StringComparison.Ordinal).Replace("$HOME", home, StringComparison.Ordinal)
            .Replace("${USER}", name, StringComparison.Ordinal).Replace("$USER", name, StringComparison.Ordinal)
            .Replace("${UID}", Number(uid), StringComparison.Ordinal).Replace("$UID", Number(uid), StringComparison.Ordinal);

    private static string Number(uint uid) => uid.ToString(CultureInfo.InvariantCulture);

    private static List<string> Distinct(IEnumerable<string> places) =>
        [.. places.Where(p => p.StartsWith('/')).Select(p => p.TrimEnd('/')).Distinct(StringComparer.Ordinal)];

    // Of the two files one counts, never both.
    private static StorageConf System(ITrustFiles files) => StorageConf.Read(
        files.Exists("/etc/containers/storage.conf") ? "/etc/containers/storage.conf" : "/usr/share/containers/storage.conf", files, out _);
}
