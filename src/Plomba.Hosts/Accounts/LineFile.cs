using System.Text;
using Plomba.Hosts.Machines;

namespace Plomba.Hosts.Accounts;

/// <summary>
/// A text file as lines whose bytes come back unchanged: Latin-1 stands for the bytes, whatever their encoding is. The
/// lines that are not edited stay as they are, a missing line end at the file's end included.
/// </summary>
internal sealed class LineFile
{
    public const int MaximumSize = 8 * 1024 * 1024;

    private readonly byte[] _original;

    private LineFile(MachinePath path, byte[] original, NodeStatus? status)
    {
        (Path, _original, Status) = (path, original, status);
        Lines = Split(original);
    }

    public MachinePath Path { get; }

    /// <summary>Null: there is no such file.</summary>
    public NodeStatus? Status { get; }

    public List<string> Lines { get; }

    public bool IsChanged => !Content.AsSpan().SequenceEqual(_original);

    public byte[] Content => Join(Lines, _original);

    /// <summary>Reads a file of the system; an error unless it is a regular file or missing.</summary>
    public static MachineResult<LineFile> Read(MachineRoot root, MachinePath path)
    {
        var status = root.Status(path);
        if (status.IsMissing)
            return MachineResult<LineFile>.Of(new LineFile(path, [], null));
        if (!status.TryGet(out var there, out var error))
            return MachineResult<LineFile>.Failed(error);
        if (there.Kind != NodeKind.File)
            return MachineResult<LineFile>.Failed(Failures.WrongKind(path, there.Kind, wantsDirectory: false));
        return root.Read(path, MaximumSize).TryGet(out var content, out error)
            ? MachineResult<LineFile>.Of(new LineFile(path, content.ToArray(), there))
            : MachineResult<LineFile>.Failed(error);
    }

    /// <summary>A file that only root may read: as good as none, to whom may not read it.</summary>
    public static LineFile Unreadable(MachinePath path) => new(path, [], null);

    public static List<string> Split(ReadOnlySpan<byte> content)
    {
        var text = Encoding.Latin1.GetString(content);
        if (text.Length == 0)
            return [];
        var lines = text.Split('\n').ToList();
        if (lines[^1].Length == 0)
            lines.RemoveAt(lines.Count - 1);
        return lines;
    }

    /// <summary>The lines as bytes; the last has a line end unless the original had none and it is still the last.</summary>
    public static byte[] Join(IReadOnlyList<string> lines, ReadOnlySpan<byte> original)
    {
        if (lines.Count == 0)
            return [];
        var open = !original.IsEmpty && original[^1] != (byte)'\n' && lines[^1] == Split(original)[^1];
        return Encoding.Latin1.GetBytes(string.Join('\n', lines) + (open ? "" : "\n"));
    }
}
