using System.Runtime.InteropServices;
using System.Threading.Channels;
using Microsoft.Win32.SafeHandles;
using Plomba.Files;
using Plomba.Hosts.Machines;

namespace Plomba.Hosts.Watching;

/// <summary>
/// inotify(7) of Linux, directories only. FileSystemWatcher is not used: it follows links, makes threads by the hundred,
/// and does not tell whether the kernel has watches left. A watch sees names and never opens anything.
/// </summary>
internal sealed partial class Inotify : IDisposable
{
    private const uint Changes = Modified | AttributesChanged | ClosedAfterWrite | MovedFrom | MovedTo | Created | Deleted | SelfDeleted | SelfMoved;
    private const uint Modified = 0x2;
    private const uint AttributesChanged = 0x4;
    private const uint ClosedAfterWrite = 0x8;
    private const uint MovedFrom = 0x40;
    private const uint MovedTo = 0x80;
    private const uint Created = 0x100;
    private const uint Deleted = 0x200;
    private const uint SelfDeleted = 0x400;
    private const uint SelfMoved = 0x800;
    private const uint Overflow = 0x4000;
    private const uint Gone = 0x8000;
    private const uint OnlyDirectory = 0x1000000;
    private const uint DoNotFollow = 0x2000000;
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const int WaitMilliseconds = 500;
    private const int HeaderLength = 16; // struct inotify_event: wd, mask, cookie, len

    private readonly SafeFileHandle _handle;
    private readonly Channel<Event> _events = Channel.CreateBounded<Event>(new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly Thread _reader;
    private volatile bool _isDisposed;

    /// <summary>Begins to listen; nothing is watched yet.</summary>
    /// <exception cref="IOException">The kernel gives no instance.</exception>
    public Inotify()
    {
        var descriptor = Initialize(CloseOnExec | NonBlocking);
        if (descriptor < 0)
            throw new IOException(Text.Say($"no inotify instance is left: {FileTrouble.Of(Marshal.GetLastPInvokeError())}"));
        _handle = new SafeFileHandle(descriptor, ownsHandle: true);
        _reader = new Thread(ReadAll) { IsBackground = true, Name = "inotify" };
        _reader.Start();
    }

    /// <summary>What happened, in order.</summary>
    public ChannelReader<Event> Events => _events.Reader;

    /// <summary>
    /// Watches a directory; one that is watched already keeps its number. Null when it is none or a link; throws nothing
    /// for what users do to their directories.
    /// </summary>
    /// <exception cref="IOException">The kernel has no watches left.</exception>
    public int? Watch(string directory)
    {
        var number = AddWatch(_handle, [.. NameEncoding.Encode(directory) ?? [], 0], Changes | OnlyDirectory | DoNotFollow);
        const int noSpace = 28;
        return number >= 0 ? number
            : Marshal.GetLastPInvokeError() == noSpace ? throw new IOException(Text.Say("no inotify watches are left: raise fs.inotify.max_user_watches"))
            : null;
    }

    /// <summary>Watches a directory no longer; one that is gone is no error.</summary>
    public void Leave(int number) => _ = RemoveWatch(_handle, number);

    /// <inheritdoc/>
    public void Dispose()
    {
        _isDisposed = true;
        _reader.Join();
        _handle.Dispose();
    }

    private void ReadAll()
    {
        var buffer = new byte[64 * 1024];
        while (!_isDisposed)
        {
            // Polled, so that the thread ends when it is told to.
            var waiting = new PollRequest { Descriptor = (int)_handle.DangerousGetHandle(), Events = 1 };
            if (Poll(ref waiting, 1, WaitMilliseconds) <= 0)
                continue;
            var length = (int)Read(_handle, buffer, buffer.Length);
            for (var at = 0; at + HeaderLength <= length;)
            {
                var number = MemoryMarshal.Read<int>(buffer.AsSpan(at));
                var mask = MemoryMarshal.Read<uint>(buffer.AsSpan(at + 4));
                var nameLength = MemoryMarshal.Read<int>(buffer.AsSpan(at + 12));
                var name = buffer.AsSpan(at + HeaderLength, nameLength);
                var end = name.IndexOf((byte)0);
                _events.Writer.TryWrite(new Event(
                    number,
                    NameEncoding.Decode(end < 0 ? name : name[..end]),
                    (mask & Overflow) != 0,
                    (mask & (SelfDeleted | SelfMoved | Gone)) != 0));
                at += HeaderLength + nameLength;
            }
        }
    }

    /// <summary>Something happened in a watched directory, or to it.</summary>
    /// <param name="Watch">The directory's number.</param>
    /// <param name="Name">The entry; empty for the directory itself. Foreign text.</param>
    /// <param name="IsOverflow">The kernel dropped events: anything may have happened.</param>
    /// <param name="IsGone">The directory itself went away, or went elsewhere.</param>
    public readonly record struct Event(int Watch, string Name, bool IsOverflow, bool IsGone);

    [LibraryImport("libc", EntryPoint = "inotify_init1", SetLastError = true)]
    private static partial int Initialize(int flags);

    [LibraryImport("libc", EntryPoint = "inotify_add_watch", SetLastError = true)]
    private static partial int AddWatch(SafeFileHandle handle, byte[] path, uint mask);

    [LibraryImport("libc", EntryPoint = "inotify_rm_watch", SetLastError = true)]
    private static partial int RemoveWatch(SafeFileHandle handle, int number);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(SafeFileHandle handle, [Out] byte[] buffer, nint length);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollRequest request, nuint count, int timeout);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollRequest
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
