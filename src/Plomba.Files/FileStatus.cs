using System.Runtime.InteropServices;

namespace Plomba.Files;

/// <summary>What the kernel says of a file: those fields of struct statx that are asked for here. It is the same on every processor.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal partial struct FileStatus
{
    /// <summary>The directory from which relative paths are looked up: the process's own.</summary>
    public const int CurrentDirectory = -100;

    [FieldOffset(20)]
    public uint User;

    [FieldOffset(24)]
    public uint Group;

    [FieldOffset(28)]
    public ushort Mode;

    [FieldOffset(128)]
    public uint DeviceMajor;

    [FieldOffset(132)]
    public uint DeviceMinor;

    /// <summary>statx(2): 0, or -1 with the error of the call.</summary>
    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Read(int directory, string path, int flags, uint mask, out FileStatus status);
}
