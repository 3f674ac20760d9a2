using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Plomba.Files;

namespace Plomba.Registry.Tests.Catalog;

/// <summary>An ext4 file system in a file, mounted while this object lives.</summary>
internal sealed partial class LoopDevice : IAsyncDisposable
{
    // EXT4_IOC_SHUTDOWN with NOLOGFLUSH: from this moment nothing more reaches the device, as if the power had failed.
    private const nuint Shutdown = 0x8004587D;
    private const uint WithoutFlushingTheLog = 2;

    private readonly string _mount;

    private LoopDevice(string mount) => _mount = mount;

    /// <summary>Whether this process may mount at all.</summary>
    public static bool IsPossible =>
        string.Equals(Environment.UserName, "root", StringComparison.Ordinal) && ChildProcess.IsInstalled("mkfs.ext4") && File.Exists("/dev/loop-control");

    /// <summary>Why a test is skipped.</summary>
    public const string Reason = "mounting an ext4 image needs root, mkfs.ext4 and loop devices";

    /// <summary>Makes a new file system.</summary>
    public static async Task<LoopDevice?> CreateAsync(string image, long size, string mount)
    {
        using (var file = File.OpenHandle(image, FileMode.CreateNew, FileAccess.Write))
            RandomAccess.SetLength(file, size);
        return (await ChildProcess.RunAsync("mkfs.ext4", ["-q", "-m", "0", image])).ExitCode == 0 ? await MountAsync(image, mount) : null;
    }

    /// <summary>Mounts an existing one; null: the kernel does not let us.</summary>
    public static async Task<LoopDevice?> MountAsync(string image, string mount)
    {
        Directory.CreateDirectory(mount);
        return (await ChildProcess.RunAsync("mount", ["-o", "loop", image, mount])).ExitCode == 0 ? new LoopDevice(mount) : null;
    }

    /// <summary>Lets the power fail: what has not reached the device by now never will, and every later write fails.</summary>
    public void CutPower()
    {
        using var directory = Open(_mount, 0x10000, 0);
        var flags = WithoutFlushingTheLog;
        Assert.True(!directory.IsInvalid && IoControl(directory, Shutdown, ref flags) == 0, $"cannot shut {_mount} down: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    public async ValueTask DisposeAsync() => await ChildProcess.RunAsync("umount", [_mount]);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int IoControl(SafeFileHandle file, nuint request, ref uint argument);
}
