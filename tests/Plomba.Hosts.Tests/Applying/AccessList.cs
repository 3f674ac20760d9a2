using System.Buffers.Binary;

namespace Plomba.Hosts.Tests.Applying;

/// <summary>A POSIX access control list as the kernel takes it: version 2, then tag, rights and id of each entry.</summary>
internal static class AccessList
{
    /// <summary>The entries of a mode, and one user more who may do what the group may.</summary>
    public static byte[] With(int mode, uint user)
    {
        const uint nobody = uint.MaxValue;
        var (owner, group, others) = ((mode >> 6) & 7, (mode >> 3) & 7, mode & 7);
        var list = new byte[4 + (5 * 8)];
        BinaryPrimitives.WriteInt32LittleEndian(list, 2);
        var at = 4;
        foreach (var (tag, rights, id) in new[] { (1, owner, nobody), (2, group, user), (4, group, nobody), (0x10, group, nobody), (0x20, others, nobody) })
        {
            BinaryPrimitives.WriteInt16LittleEndian(list.AsSpan(at), (short)tag);
            BinaryPrimitives.WriteInt16LittleEndian(list.AsSpan(at + 2), (short)rights);
            BinaryPrimitives.WriteUInt32LittleEndian(list.AsSpan(at + 4), id);
            at += 8;
        }

        return list;
    }
}
