using Plomba.Hosts.Machines;

namespace Plomba.Hosts.Joining;

/// <summary>A trust bundle that was carried here as a directory. Only regular files are read, and nothing outside of it.</summary>
public sealed class DirectoryBundle : IBundleSource, IDisposable
{
    private readonly MachineRoot _directory;

    private DirectoryBundle(MachineRoot directory) => _directory = directory;

    /// <summary>Opens a directory.</summary>
    public static MachineResult<DirectoryBundle> Open(string directory) =>
        MachineRoot.Open(directory).TryGet(out var opened, out var error)
            ? MachineResult<DirectoryBundle>.Of(new DirectoryBundle(opened))
            : MachineResult<DirectoryBundle>.Failed(error);

    /// <inheritdoc/>
    public Task<BundleFile> FetchAsync(string name, int limit, CancellationToken cancellation) =>
        Task.FromResult(_directory.Read(MachinePath.Root.Below(name), limit) switch
        {
            { Error: null } read => new BundleFile.Content(read.Require()),
            { Error.Problem: MachineProblem.Missing } => new BundleFile.Missing(),
            { Error.Problem: MachineProblem.TooLarge } => (BundleFile)new BundleFile.TooLong(),
            { Error: { } error } => new BundleFile.Unreachable(error.Message),
        });

    /// <inheritdoc/>
    public void Dispose() => _directory.Dispose();
}
