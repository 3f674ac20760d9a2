using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Plomba.Hosts.Machines;

// Writes: each is durable when it returns, touches nothing but the name it was given, and never goes through a link
// at its end. What cannot be done is a MachineException, and the old state stands.
public sealed partial class MachineRoot
{
    private const string TemporaryPrefix = ".plomba-";
    private const string TemporarySuffix = ".tmp";

    /// <summary>
    /// Told of every single change before it is made; null: nobody is. What it throws takes the place of the change, so
    /// that tests can let a disk fail, or the power, at each of them.
    /// </summary>
    internal Action<string, MachinePath>? BeforeChange { get; set; }

    /// <summary>Creates a file or replaces whatever non-directory has that name, at once: readers see the old or the new.</summary>
    /// <exception cref="MachineException">It cannot be written; what was there is untouched.</exception>
    public void WriteFile(MachinePath path, ReadOnlySpan<byte> content, NodeAttributes attributes)
    {
        var temporary = TemporaryBeside(path);
        CreateFile(temporary, content, attributes with { Immutable = false });
        try
        {
            Rename(temporary, path, RenameKind.Replace);
        }
        catch
        {
            Remove(temporary);
            throw;
        }

        if (attributes.Immutable)
            SetAttributes(path, attributes);
    }

    /// <summary>Creates a file under a name that is free. It inherits no access list from its directory.</summary>
    /// <exception cref="MachineException">Something has the name, or it cannot be written.</exception>
    public void CreateFile(MachinePath path, ReadOnlySpan<byte> content, NodeAttributes attributes) =>
        CreateFile(path, content, attributes, FurtherAttributes.None);

    internal void CreateFile(MachinePath path, ReadOnlySpan<byte> content, NodeAttributes attributes, FurtherAttributes further)
    {
        BeforeChange?.Invoke("create", path);
        using var place = Find(path);
        using var file = place.Open(Kernel.WriteOnly | Kernel.CreateNew, Attempt.Create).Require();
        try
        {
            BeforeChange?.Invoke("write", path);
            Write(file, content, path);
            Dress(file, path, attributes, further);
        }
        catch
        {
            _ = Kernel.Unlink(place.Directory, place.Name, 0);
            throw;
        }

        place.Flush();
    }

    /// <summary>Creates a directory under a name that is free; its parent must exist. It inherits no access list from it.</summary>
    /// <exception cref="MachineException">Something has the name, or it cannot be made.</exception>
    public void CreateDirectory(MachinePath path, NodeAttributes attributes) => CreateDirectory(path, attributes, FurtherAttributes.None);

    internal void CreateDirectory(MachinePath path, NodeAttributes attributes, FurtherAttributes further)
    {
        BeforeChange?.Invoke("create directory", path);
        using var place = Find(path);
        if (Kernel.MakeDirectory(place.Directory, place.Name, 0x1c0) != 0) // 0700 until it is whose it will be
            throw new MachineException(Failures.Last(Attempt.Create, path));
        try
        {
            using var directory = place.Open(Kernel.DirectoryOnly, Attempt.Open).Require();
            Dress(directory, path, attributes, further);
        }
        catch
        {
            _ = Kernel.Unlink(place.Directory, place.Name, Kernel.AtRemoveDirectory);
            throw;
        }

        place.Flush();
    }

    /// <summary>Creates a symbolic link under a name that is free.</summary>
    /// <param name="path">Its name.</param>
    /// <param name="target">What it says, as text; not empty.</param>
    /// <param name="owner">Whose it is.</param>
    /// <exception cref="MachineException">Something has the name, or it cannot be made.</exception>
    public void CreateLink(MachinePath path, string target, Owner owner) => CreateLink(path, target, owner, FurtherAttributes.None);

    internal void CreateLink(MachinePath path, string target, Owner owner, FurtherAttributes further)
    {
        BeforeChange?.Invoke("create link", path);
        using var place = Find(path);
        if (Kernel.MakeLink(Place.Terminated(target), place.Directory, place.Name) != 0)
            throw new MachineException(Failures.Last(Attempt.Create, path));
        if (IsPrivileged && Kernel.ChangeOwner(place.Directory, place.Name, owner.User, owner.Group, Kernel.AtSymbolicLinkNoFollow) != 0)
            throw new MachineException(Failures.Last(Attempt.ChangeOwner, path));
        Label(place, further);
        place.Flush();
    }

    /// <summary>Removes a file, link, special file or empty directory; nothing there is no error.</summary>
    /// <exception cref="MachineException">It cannot be removed: immutable, or a directory with something in it.</exception>
    public void Remove(MachinePath path)
    {
        BeforeChange?.Invoke("remove", path);
        if (!_walk.Find(path, followLast: false).TryGet(out var place, out var error))
        {
            if (error.Problem == MachineProblem.Missing)
                return;
            throw new MachineException(error);
        }

        using (place)
        {
            if (!place.Status().TryGet(out var status, out error))
            {
                if (error.Problem == MachineProblem.Missing)
                    return;
                throw new MachineException(error);
            }

            if (Kernel.Unlink(place.Directory, place.Name, status.Kind == NodeKind.Directory ? Kernel.AtRemoveDirectory : 0) != 0)
                throw new MachineException(Failures.Last(Attempt.Remove, path));
            place.Flush();
        }
    }

    /// <summary>
    /// Sets owner, mode and the immutable attribute of a directory, or of a file that has no second name: behind one,
    /// planted by its owner, any other file could be. Extended attributes and flags stay.
    /// </summary>
    /// <exception cref="MachineException">It is a link or special file, has several names, or may not be changed.</exception>
    public void SetAttributes(MachinePath path, NodeAttributes attributes) => SetAttributes(path, attributes, further: null);

    internal void SetAttributes(MachinePath path, NodeAttributes attributes, FurtherAttributes? further)
    {
        using var place = Find(path);
        var kind = place.Status().Require().Kind;
        if (kind is not (NodeKind.File or NodeKind.Directory))
            throw new MachineException(Failures.WrongKind(path, kind, wantsDirectory: false));
        using var opened = place.Open(Kernel.ReadOnly, Attempt.Open).Require();
        var status = Place.StatusOf(opened, path).Require();
        if (status.Kind != kind || (kind == NodeKind.File && status.LinkCount > 1))
            throw new MachineException(new(MachineProblem.NotAFile, path, Text.Say($"{path} has another name elsewhere: its owner and mode are not changed through this one")));
        Dress(opened, path, attributes, further);
    }

    /// <summary>Renames within one file system; durable in both directories.</summary>
    /// <exception cref="MachineException">It cannot be done; nothing changed.</exception>
    internal void Rename(MachinePath from, MachinePath to, RenameKind kind)
    {
        BeforeChange?.Invoke("rename", to);
        using var source = Find(from);
        using var target = Find(to);
        if (Kernel.Rename(source.Directory, source.Name, target.Directory, target.Name, (uint)kind) != 0)
            throw new MachineException(Failures.Last(Attempt.Rename, to));
        target.Flush();
        if (from.Parent != to.Parent)
            source.Flush();
    }

    /// <summary>Creates a FIFO, socket or device again.</summary>
    internal void CreateSpecial(MachinePath path, NodeKind kind, ulong device, NodeAttributes attributes, FurtherAttributes further)
    {
        var type = kind switch { NodeKind.Fifo => 0x1000u, NodeKind.Socket => 0xc000u, NodeKind.CharacterDevice => 0x2000u, _ => 0x6000u };
        BeforeChange?.Invoke("create", path);
        using var place = Find(path);
        if (Kernel.MakeNode(place.Directory, place.Name, type | 0x180, device) != 0)
            throw new MachineException(Failures.Last(Attempt.Create, path));
        if ((IsPrivileged && Kernel.ChangeOwner(place.Directory, place.Name, attributes.Owner.User, attributes.Owner.Group, Kernel.AtSymbolicLinkNoFollow) != 0)
            || Kernel.ChangeModeAt(place.Directory, place.Name, (uint)attributes.Mode, Kernel.AtSymbolicLinkNoFollow) != 0)
        {
            throw new MachineException(Failures.Last(Attempt.ChangeOwner, path));
        }

        Label(place, further);
        place.Flush();
    }

    /// <summary>Opens a file to hold a lock on, and creates it (0600) where it is missing.</summary>
    internal SafeFileHandle OpenForLock(MachinePath path)
    {
        using var place = Find(path);
        if (place.Status().TryGet(out var status, out _) && status.Kind != NodeKind.File)
            throw new MachineException(Failures.WrongKind(path, status.Kind, wantsDirectory: false));
        return place.Open(Kernel.ReadWrite | Kernel.Create, Attempt.Open).Require();
    }

    /// <summary>A name in the same directory that nobody can guess.</summary>
    internal static MachinePath TemporaryBeside(MachinePath path) =>
        (path.Parent ?? throw new ArgumentException("The root directory has no neighbours.", nameof(path)))
        .Entry($"{TemporaryPrefix}{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}{TemporarySuffix}");

    /// <summary>Whether a name was made by <see cref="TemporaryBeside"/>: nobody holds on to it once its writer is gone.</summary>
    internal static bool IsTemporary(MachinePath path) =>
        path.Name.StartsWith(TemporaryPrefix, StringComparison.Ordinal) && path.Name.EndsWith(TemporarySuffix, StringComparison.Ordinal);

    private Place Find(MachinePath path) => _walk.Find(path, followLast: false).Require();

    private static void Write(SafeFileHandle file, ReadOnlySpan<byte> content, MachinePath path)
    {
        try
        {
            RandomAccess.Write(file, content, 0);
        }
        catch (IOException e)
        {
            throw new MachineException(new(MachineProblem.NoSpace, path, Text.Say($"cannot write {path}: {e.Message.ReplaceLineEndings(" ")}")));
        }
    }
}

/// <summary>What a rename does with a name that is taken; the kernel's numbers.</summary>
internal enum RenameKind : uint
{
    /// <summary>The old one is gone.</summary>
    Replace = 0,

    /// <summary>The rename fails.</summary>
    NoReplace = 1,

    /// <summary>The two change places.</summary>
    Exchange = 2,
}
