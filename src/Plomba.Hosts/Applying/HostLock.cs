using Microsoft.Win32.SafeHandles;
using Plomba.Hosts.Machines;

namespace Plomba.Hosts.Applying;

/// <summary>
/// A lock of a machine, held until it is disposed: a file in <see cref="HostDirectory.Path"/>. Gone with the process,
/// however that ends.
/// </summary>
internal sealed class HostLock : IDisposable
{
    private readonly SafeFileHandle _file;

    private HostLock(SafeFileHandle file) => _file = file;

    /// <summary>Takes it without waiting.</summary>
    /// <param name="root">The machine.</param>
    /// <param name="name">The file's name.</param>
    /// <param name="taken">What to say when another process has it.</param>
    /// <returns>An error with <see cref="MachineProblem.Exists"/> when another process has it.</returns>
    /// <exception cref="MachineException">The directory cannot be made, or others could write there.</exception>
    public static MachineResult<HostLock> Take(MachineRoot root, string name, string taken)
    {
        HostDirectory.Prepare(root);
        var file = root.OpenForLock(HostDirectory.Path.Below(name));
        const int exclusive = 2;
        const int withoutWaiting = 4;
        if (Kernel.Lock(file, exclusive | withoutWaiting) == 0)
            return MachineResult<HostLock>.Of(new HostLock(file));
        file.Dispose();
        return MachineResult<HostLock>.Failed(new(MachineProblem.Exists, HostDirectory.Path, taken));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Closing alone would leave the lock with a child that is being started at this moment and has not closed its copy yet.
        const int unlock = 8;
        _ = Kernel.Lock(_file, unlock);
        _file.Dispose();
    }
}
