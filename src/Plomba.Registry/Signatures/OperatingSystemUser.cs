using System.Runtime.InteropServices;

namespace Plomba.Registry.Signatures;

/// <summary>User ids of OS accounts; a maker's account name is the same there and here.</summary>
internal static partial class OperatingSystemUser
{
    /// <summary>The user id of root.</summary>
    public const uint Root = 0;

    private const int BufferSize = 16 * 1024;

    /// <summary>The user id of an account, from wherever this machine keeps its accounts; null: there is none.</summary>
    public static unsafe uint? IdOf(string name)
    {
        var entry = default(Entry);
        var buffer = stackalloc byte[BufferSize];
        var status = GetByName(name, &entry, buffer, BufferSize, out var found);
        return status == 0 && found != 0 ? entry.Uid : null;
    }

    [LibraryImport("libc", EntryPoint = "getpwnam_r", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int GetByName(string name, Entry* entry, byte* buffer, nuint length, out nint found);

    // struct passwd begins so on Linux; the rest is room.
    [StructLayout(LayoutKind.Sequential)]
    private struct Entry
    {
        public nint Name;
        public nint Password;
        public uint Uid;
        public uint Gid;
        public nint Gecos;
        public nint Directory;
        public nint Shell;
        public nint Room;
    }
}
