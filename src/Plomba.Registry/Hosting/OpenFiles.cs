using System.Runtime.InteropServices;

namespace Plomba.Registry.Hosting;

/// <summary>
/// How many connections the operating system's limit of open files (RLIMIT_NOFILE) allows. A server that accepts more than it has
/// descriptors for can no longer open the files it serves, nor its own, and burns its time in accepting.
/// </summary>
internal static partial class OpenFiles
{
    // Listeners, the catalog and its readers, the log, what the runtime itself has open.
    private const int Reserved = 256;

    // A socket, and the blob or upload that goes through it.
    private const int PerConnection = 2;

    private const int Fewest = 16;
    private const int Most = 20_000;

    /// <summary>Most connections at a time, for this process.</summary>
    public static int Connections() => ConnectionsFor(GetLimit(OpenFilesLimit, out var limit) == 0 ? limit.Soft : 0);

    /// <summary>Most connections at a time for a limit; at least a few, so that a tight limit slows the server and does not stop it.</summary>
    public static int ConnectionsFor(ulong limit) =>
        (int)Math.Clamp((long)Math.Min(limit, int.MaxValue) / PerConnection - Reserved / PerConnection, Fewest, Most);

    private const int OpenFilesLimit = 7; // RLIMIT_NOFILE of <sys/resource.h>

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
