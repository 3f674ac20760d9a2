using Plomba.Trust.Files;

namespace Plomba.Hosts.Machines;

/// <summary>The files of a machine for those who decide about trust: read as <see cref="MachineRoot"/> reads, never by path.</summary>
/// <param name="root">The machine.</param>
public sealed class MachineTrustFiles(MachineRoot root) : ITrustFiles
{
    /// <inheritdoc/>
    public FileReading Read(string path, int limit)
    {
        if (!MachinePath.TryParse(path, out var place, out _))
            return FileReading.Missing(path);
        return root.Read(place, limit).TryGet(out var bytes, out var error) ? FileReading.Of(bytes)
            : error.Problem == MachineProblem.Missing ? FileReading.Missing(path)
            : IsDirectory(place) ? FileReading.IsDirectory(path)
            : FileReading.Unreadable(error.Message);
    }

    /// <summary>
    /// Also what cannot be looked at, such as a link that its owner could point anywhere: programs of that owner would
    /// follow it, so it must never count as absent.
    /// </summary>
    public bool Exists(string path) => MachinePath.TryParse(path, out var place, out _) && !root.StatusFollowed(place).IsMissing;

    /// <inheritdoc/>
    public DirectoryReading List(string path)
    {
        if (!MachinePath.TryParse(path, out var place, out _))
            return DirectoryReading.Missing(path);
        return root.List(place).TryGet(out var entries, out var error) ? DirectoryReading.Of(entries.Select(e => e.Path.Name))
            : error.Problem == MachineProblem.Missing ? DirectoryReading.Missing(path)
            : DirectoryReading.Unreadable(error.Message);
    }

    private bool IsDirectory(MachinePath path) => root.StatusFollowed(path).TryGet(out var status, out _) && status.Kind == NodeKind.Directory;
}
