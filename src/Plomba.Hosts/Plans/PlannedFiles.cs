using Plomba.Hosts.Machines;
using Plomba.Trust.Files;

namespace Plomba.Hosts.Plans;

/// <summary>A machine's files as a plan would leave them.</summary>
/// <param name="machine">The files as they are.</param>
/// <param name="plan">What would change.</param>
internal sealed class PlannedFiles(ITrustFiles machine, Plan plan) : ITrustFiles
{
    private readonly Dictionary<string, NodeState?> _planned = plan.Changes.ToDictionary(c => c.Path.Text, c => c.After, StringComparer.Ordinal);

    /// <inheritdoc/>
    public FileReading Read(string path, int limit) => !_planned.TryGetValue(path, out var state) ? machine.Read(path, limit) : state switch
    {
        FileState file => file.Content.Length <= limit ? FileReading.Of(file.Content) : FileReading.Unreadable(Text.Say($"read {path}: exceeded maximum allowed size of {limit} bytes")),
        DirectoryState => FileReading.IsDirectory(path),
        null => FileReading.Missing(path),
        _ => machine.Read(path, limit),
    };

    /// <inheritdoc/>
    public bool Exists(string path) => _planned.TryGetValue(path, out var state) ? state is not null : machine.Exists(path);

    /// <inheritdoc/>
    public DirectoryReading List(string path)
    {
        var listed = machine.List(path);
        if (!listed.Names.Any() && !_planned.ContainsKey(path))
            return listed;
        var directory = MachinePath.Parse(path);
        var changed = plan.Changes.Where(c => c.Path.Parent == directory).ToList();
        return DirectoryReading.Of(listed.Names
            .Except(changed.Where(c => c.After is null).Select(c => c.Path.Name), StringComparer.Ordinal)
            .Union(changed.Where(c => c.After is not null).Select(c => c.Path.Name), StringComparer.Ordinal));
    }
}
