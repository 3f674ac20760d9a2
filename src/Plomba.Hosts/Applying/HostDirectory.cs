using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Plomba.Files;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;

namespace Plomba.Hosts.Applying;

/// <summary>
/// <c>/var/lib/plomba-host</c> of a machine: one directory a transaction, and the lock that makes them one after the
/// other. Only root (or who owns the root directory) may write there, or on the way to it: whoever could, could have
/// root write anything anywhere by an undo.
/// </summary>
internal sealed class HostDirectory : IDisposable
{
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private readonly MachineRoot _root;
    private readonly HostLock _lock;

    private HostDirectory(MachineRoot root, HostLock @lock) => (_root, _lock) = (root, @lock);

    /// <summary>Where it is.</summary>
    public static MachinePath Path { get; } = MachinePath.Parse("/var/lib/plomba-host");

    /// <summary>Opens it, makes it where it is missing, and takes the lock.</summary>
    /// <returns>An error with <see cref="MachineProblem.Exists"/> when another process holds the lock.</returns>
    /// <exception cref="MachineException">It cannot be made, or others could write there.</exception>
    public static MachineResult<HostDirectory> Open(MachineRoot root) =>
        HostLock.Take(root, "lock", Text.Say("another plomba is changing this machine at this moment")).TryGet(out var held, out var error)
            ? MachineResult<HostDirectory>.Of(new HostDirectory(root, held))
            : MachineResult<HostDirectory>.Failed(error);

    /// <summary>Whether a machine has one that may be read; nothing is made or locked.</summary>
    public static bool HasUnfinished(MachineRoot root) =>
        root.List(Path).TryGet(out var entries, out _) && entries.Any(e => NumberOf(e.Path.Name) is not null && !root.Exists(e.Path.Below("state")));

    /// <summary>The numbers there are, ascending.</summary>
    public IReadOnlyList<int> Numbers =>
        [.. _root.List(Path).Require().Select(e => NumberOf(e.Path.Name)).OfType<int>().Order()];

    /// <summary>Stores a record with all it needs; when this returns, it survives power loss.</summary>
    public void Store(TransactionRecord record)
    {
        var directory = Path.Below($".new-{record.Token}");
        _root.CreateDirectory(directory, Private(DurableFile.PrivateDirectoryMode));
        try
        {
            var (json, contents) = RecordFormat.Write(record);
            if (json.Length > RecordFormat.MaximumSize)
                throw new MachineException(new(MachineProblem.TooLarge, directory, Text.Say($"the record of this change would be larger than {RecordFormat.MaximumSize} bytes, and could not be read for undo")));
            for (var i = 0; i < contents.Count; i++)
                _root.CreateFile(directory.Below(i.ToString(CultureInfo.InvariantCulture)), contents[i].Span, Private(DurableFile.PrivateMode));
            _root.CreateFile(directory.Below("plan.json"), json, Private(DurableFile.PrivateMode));
            _root.Rename(directory, Of(record.Number), RenameKind.NoReplace);
        }
        catch (IOException)
        {
            RemoveTree(directory);
            throw;
        }
    }

    /// <summary>Reads a record back.</summary>
    /// <exception cref="FormatException">It is damaged.</exception>
    /// <exception cref="MachineException">It cannot be read.</exception>
    public TransactionRecord Load(int number) => Load(_root, number);

    /// <summary>
    /// Whether what stands at a path is, byte for byte, what the latest change of that path wrote, as the records tell.
    /// Nothing is made or locked; false also where no record can be read, or others could have written them.
    /// </summary>
    public static bool IsWrittenByUs(MachineRoot root, MachinePath path, ReadOnlyMemory<byte> content)
    {
        if (!IsRootsAlone(root, Path) || !root.List(Path).TryGet(out var entries, out _))
            return false;
        foreach (var number in entries.Select(e => NumberOf(e.Path.Name)).OfType<int>().OrderDescending())
        {
            try
            {
                if (Load(root, number).Changes.FirstOrDefault(c => c.Path == path) is { } change)
                    return change.After is FileState file && file.Content.Span.SequenceEqual(content.Span);
            }
            catch (Exception e) when (e is FormatException or MachineException)
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>How far a transaction has come.</summary>
    public TransactionState StateOf(int number)
    {
        var reading = _root.Read(Of(number).Below("state"), 100);
        return reading.IsMissing ? TransactionState.Prepared
            : Encoding.UTF8.GetString(reading.Require().Span).Trim() == "done" ? TransactionState.Done
            : TransactionState.Applied;
    }

    /// <summary>Notes how far a transaction has come, durably.</summary>
    public void Mark(int number, TransactionState state) =>
        _root.WriteFile(Of(number).Below("state"), state == TransactionState.Done ? "done\n"u8 : "applied\n"u8, Private(DurableFile.PrivateMode));

    /// <summary>Forgets a transaction that was rolled back, or that is too old.</summary>
    public void Forget(int number)
    {
        // Renamed first: a directory that is half removed must not look like a transaction.
        var going = Path.Below($".gone-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}");
        _root.Rename(Of(number), going, RenameKind.NoReplace);
        RemoveTree(going);
    }

    /// <summary>Removes what an interrupted <see cref="Store"/> or <see cref="Forget"/> left.</summary>
    public void Sweep()
    {
        foreach (var entry in _root.List(Path).Require().Where(e => e.Path.Name.StartsWith(".new-", StringComparison.Ordinal) || e.Path.Name.StartsWith(".gone-", StringComparison.Ordinal)))
            RemoveTree(entry.Path);
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    /// <summary>Makes the directory where it is missing.</summary>
    /// <exception cref="MachineException">It cannot be made, or others could write there.</exception>
    internal static void Prepare(MachineRoot root)
    {
        foreach (var directory in new[] { Path.Parent!.Value.Parent!.Value, Path.Parent!.Value, Path })
        {
            if (root.Status(directory).IsMissing)
                root.CreateDirectory(directory, Private(directory == Path ? DurableFile.PrivateDirectoryMode : DurableFile.DefaultDirectoryMode));
            if (!IsRootsAlone(root, directory))
                throw new MachineException(new(MachineProblem.Denied, directory, Text.Say($"{directory} does not belong to root alone: what stands there could have been planted")));
        }
    }

    private static TransactionRecord Load(MachineRoot root, int number)
    {
        var directory = Of(number);
        return RecordFormat.Read(
            root.Read(directory.Below("plan.json"), RecordFormat.MaximumSize).Require(),
            i => root.Read(directory.Below(i.ToString(CultureInfo.InvariantCulture)), FileState.MaximumSize).Require());
    }

    private static bool IsRootsAlone(MachineRoot root, MachinePath directory) =>
        root.StatusFollowed(directory).TryGet(out var status, out _)
        && (status.Attributes.Owner.User == 0 || status.Attributes.Owner.User == UserId.Effective)
        && (status.Attributes.Mode & OthersWrite) == UnixFileMode.None;

    private static int? NumberOf(string name) =>
        name.Length >= 4 && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;

    private static MachinePath Of(int number) => Path.Below(number.ToString("d4", CultureInfo.InvariantCulture));

    private static NodeAttributes Private(UnixFileMode mode) => new(Owner.Root, mode);

    private void RemoveTree(MachinePath directory)
    {
        if (_root.List(directory).TryGet(out var entries, out _))
        {
            foreach (var entry in entries)
                _root.Remove(entry.Path);
        }

        _root.Remove(directory);
    }
}
