using Microsoft.Win32.SafeHandles;
using Plomba.Hosts.Machines;

namespace Plomba.Hosts.Applying;

/// <summary>
/// The lock that useradd, passwd and their like hold while they write: the record lock of lckpwdf(3) on
/// <c>/etc/.pwd.lock</c>. Held while files of accounts change.
/// </summary>
internal static class AccountLock
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15); // as lckpwdf

    /// <summary>The files that are changed under it only.</summary>
    public static IReadOnlySet<MachinePath> Files { get; } =
        new[] { "passwd", "group", "shadow", "gshadow", "subuid", "subgid" }.Select(n => MachinePath.Parse($"/etc/{n}")).ToHashSet();

    /// <summary>Takes it; disposing what comes back releases it.</summary>
    /// <exception cref="MachineException">Another program holds it for long.</exception>
    public static SafeFileHandle Take(MachineRoot root, TimeProvider time)
    {
        var path = MachinePath.Parse("/etc/.pwd.lock");
        var file = root.OpenForLock(path);
        const int setLock = 6;
        const short write = 1;
        var started = time.GetTimestamp();
        while (true)
        {
            var request = new Kernel.RecordLockRequest { Type = write };
            if (Kernel.RecordLock(file, setLock, ref request) == 0)
                return file;
            if (time.GetElapsedTime(started) > Patience)
            {
                file.Dispose();
                throw new MachineException(new(MachineProblem.Exists, path, Text.Say("another program is changing the accounts of this machine")));
            }

            Thread.Sleep(100);
        }
    }
}
