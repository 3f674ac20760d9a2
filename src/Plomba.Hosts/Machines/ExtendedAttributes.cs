using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Plomba.Hosts.Machines;

/// <summary>
/// The extended attributes of something that is held open, be it for its path only: through <c>/proc/self/fd</c>, which
/// leads to the very node, a symbolic link itself included.
/// </summary>
internal static partial class ExtendedAttributes
{
    /// <summary>Most bytes that are taken from one node, names included: more is somebody's data, not configuration.</summary>
    public const int MaximumSize = 256 * 1024;

    private const int LongestList = 64 * 1024; // XATTR_LIST_MAX, and XATTR_SIZE_MAX too
    private const int NoData = 61;
    private const int NotSupported = 95;

    /// <summary>All that are kept, by name.</summary>
    public static MachineResult<IReadOnlyDictionary<string, ReadOnlyMemory<byte>>> Read(SafeFileHandle opened, MachinePath path)
    {
        var found = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        var place = PlaceOf(opened);
        var buffer = new byte[LongestList];
        var listed = List(place, buffer, buffer.Length);
        if (listed < 0)
            return Marshal.GetLastPInvokeError() == NotSupported ? Of(found) : Failed(Attempt.ReadExtended, path);
        var size = (int)listed;
        var value = new byte[LongestList];
        foreach (var range in Names(buffer.AsSpan(0, (int)listed)))
        {
            var name = NameEncoding.Decode(buffer.AsSpan(range));
            if (!FurtherAttributes.IsKept(name))
                continue;
            var length = Get(place, Terminated(name), value, value.Length);
            if (length < 0 && Marshal.GetLastPInvokeError() == NoData)
                continue; // gone since it was listed
            if (length < 0)
                return Failed(Attempt.ReadExtended, path);
            size += (int)length;
            if (size > MaximumSize)
                return MachineResult<IReadOnlyDictionary<string, ReadOnlyMemory<byte>>>.Failed(new(MachineProblem.TooLarge, path, Text.Say($"the extended attributes of {path} are larger than {MaximumSize} bytes")));
            found[name] = value.AsSpan(0, (int)length).ToArray();
        }

        return Of(found);
    }

    /// <summary>Takes away what is not wanted, then sets what is. A label that is not named stays as the machine set it.</summary>
    /// <param name="opened">Of what.</param>
    /// <param name="path">Its path, for messages.</param>
    /// <param name="wanted">What it shall have.</param>
    /// <param name="isPrivileged">Whether labels can be set at all.</param>
    /// <param name="beforeChange">Told of each change.</param>
    /// <exception cref="MachineException">One cannot be taken away or set.</exception>
    public static void Set(SafeFileHandle opened, MachinePath path, FurtherAttributes wanted, bool isPrivileged, Action<string, MachinePath>? beforeChange)
    {
        var place = PlaceOf(opened);
        var now = Read(opened, path).Require();
        foreach (var name in now.Keys.Where(n => !wanted.Extended.ContainsKey(n) && !FurtherAttributes.IsLabel(n)))
        {
            beforeChange?.Invoke("remove an extended attribute", path);
            if (Remove(place, Terminated(name)) != 0 && Marshal.GetLastPInvokeError() != NoData)
                throw new MachineException(Failures.Last(Attempt.ChangeExtended, path));
        }

        foreach (var (name, value) in wanted.Extended)
        {
            if ((now.TryGetValue(name, out var there) && there.Span.SequenceEqual(value.Span)) || (FurtherAttributes.IsLabel(name) && !isPrivileged))
                continue;
            beforeChange?.Invoke("set an extended attribute", path);
            if (Set(place, Terminated(name), value.ToArray(), value.Length, 0) != 0)
                throw new MachineException(Failures.Last(Attempt.ChangeExtended, path));
        }
    }

    private static List<Range> Names(ReadOnlySpan<byte> list)
    {
        var names = new List<Range>();
        for (var start = 0; start < list.Length;)
        {
            var length = list[start..].IndexOf((byte)0);
            if (length < 0)
                break;
            names.Add(start..(start + length));
            start += length + 1;
        }

        return names;
    }

    private static byte[] PlaceOf(SafeFileHandle opened) => Encoding.ASCII.GetBytes($"/proc/self/fd/{opened.DangerousGetHandle()}\0");

    private static byte[] Terminated(string name) => Place.Terminated(name);

    private static MachineResult<IReadOnlyDictionary<string, ReadOnlyMemory<byte>>> Of(Dictionary<string, ReadOnlyMemory<byte>> found) =>
        MachineResult<IReadOnlyDictionary<string, ReadOnlyMemory<byte>>>.Of(found);

    // The name it has does exist: if the kernel finds nothing, then because /proc is not there, and that is no missing file.
    private static MachineResult<IReadOnlyDictionary<string, ReadOnlyMemory<byte>>> Failed(Attempt attempt, MachinePath path)
    {
        var error = Failures.Last(attempt, path);
        return MachineResult<IReadOnlyDictionary<string, ReadOnlyMemory<byte>>>.Failed(error.Problem == MachineProblem.Missing ? error with { Problem = MachineProblem.Other } : error);
    }

    [LibraryImport("libc", EntryPoint = "listxattr", SetLastError = true)]
    private static partial nint List(byte[] path, [Out] byte[] list, nint size);

    [LibraryImport("libc", EntryPoint = "getxattr", SetLastError = true)]
    private static partial nint Get(byte[] path, byte[] name, [Out] byte[] value, nint size);

    [LibraryImport("libc", EntryPoint = "setxattr", SetLastError = true)]
    private static partial int Set(byte[] path, byte[] name, byte[] value, nint size, int flags);

    [LibraryImport("libc", EntryPoint = "removexattr", SetLastError = true)]
    private static partial int Remove(byte[] path, byte[] name);
}
