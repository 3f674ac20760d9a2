using System.Text;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;

namespace Plomba.Hosts.Tests.Applying;

/// <summary>Random trees and random wishes over a few paths, so that they meet in every way.</summary>
internal sealed class RandomStates(int seed)
{
    private static readonly string[] Names =
    [
        "/etc/a", "/etc/b", "/etc/d", "/etc/d/x", "/etc/d/e", "/etc/d/e/y", "/etc/d/e/z",
        "/home/u", "/home/u/.config", "/home/u/.config/containers", "/home/u/.config/containers/policy.json", "/opt/new/deep/f",
    ];

    private readonly Random _random = new(seed);

    /// <summary>Puts things into a machine.</summary>
    public void Fill(MachineRoot root)
    {
        var closed = new List<(MachinePath Path, InodeFlags Locks)>();
        foreach (var path in Names.Select(MachinePath.Parse))
        {
            if (!root.Status(path.Parent!.Value).TryGet(out var parent, out _) || parent.Kind != NodeKind.Directory)
                continue;
            var attributes = Attributes();
            switch (_random.Next(8))
            {
                case 0 or 1:
                    root.CreateFile(path, Content(), attributes with { Immutable = false }, Further(NodeKind.File, attributes));
                    closed.Add((path, Locks(attributes)));
                    break;
                case 2:
                    root.CreateLink(path, Pick("/etc/none", "nowhere", "\u001b[31m\n$(x)"), attributes.Owner, Further(NodeKind.SymbolicLink, attributes));
                    break;
                case 3:
                    root.CreateSpecial(path, NodeKind.Fifo, 0, attributes with { Immutable = false }, Further(NodeKind.Fifo, attributes));
                    break;
                case 4 or 5 or 6:
                    root.CreateDirectory(path, attributes with { Immutable = false }, Further(NodeKind.Directory, attributes));
                    closed.Add((path, Locks(attributes)));
                    break;
            }
        }

        foreach (var (path, locks) in closed)
            root.Fasten(path, locks);
    }

    /// <summary>What shall stand on the machine.</summary>
    public List<DesiredEntry> Wishes()
    {
        var wishes = new List<DesiredEntry>();
        foreach (var path in Names.Select(MachinePath.Parse))
        {
            if (wishes.Any(w => path.IsIn(w.Path) && w is not DesiredDirectory { IsEmpty: false } and not DesiredAttributes))
                continue;
            switch (_random.Next(9))
            {
                case 0 or 1:
                    wishes.Add(new DesiredFile(path, Content(), Attributes(), "file") { KeepsContent = _random.Next(4) == 0 });
                    break;
                case 2:
                    wishes.Add(new DesiredLink(path, Pick("x", "/etc/a", "nowhere"), Attributes().Owner, "link"));
                    break;
                case 3 or 4:
                    wishes.Add(new DesiredDirectory(path, Attributes(), "directory") { IsEmpty = _random.Next(3) == 0 });
                    break;
                case 5:
                    wishes.Add(new DesiredAbsence(path, "absence"));
                    break;
                case 6:
                    wishes.Add(new DesiredAttributes(path, Attributes(), "attributes"));
                    break;
            }
        }

        return wishes;
    }

    private byte[] Content() => Encoding.UTF8.GetBytes(new string('x', _random.Next(3) * 1000) + _random.Next(3));

    private string Pick(params string[] texts) => texts[_random.Next(texts.Length)];

    private NodeAttributes Attributes() => new(
        TestMachine.IsPrivileged && _random.Next(3) == 0 ? new Owner(1234, 1234) : Owner.Root,
        (UnixFileMode)_random.GetItems([0x1a4, 0x1ed, 0x16d, 0x180, 0x5ed], 1)[0],
        TestMachine.IsPrivileged && _random.Next(4) == 0);

    private InodeFlags Locks(NodeAttributes attributes) =>
        (attributes.Immutable ? InodeFlags.Immutable : InodeFlags.None) | (TestMachine.IsPrivileged && _random.Next(6) == 0 ? InodeFlags.AppendOnly : InodeFlags.None);

    // Access lists, capabilities, notes of people and programs, labels of security modules, flags: each now and then.
    private FurtherAttributes Further(NodeKind kind, NodeAttributes attributes)
    {
        if (!TestMachine.IsPrivileged)
            return FurtherAttributes.None;
        var isPlain = kind is NodeKind.File or NodeKind.Directory;
        var extended = new Dictionary<string, ReadOnlyMemory<byte>>();
        void Perhaps(bool isPossible, string name, byte[] value)
        {
            if (isPossible && _random.Next(4) == 0)
                extended[name] = value;
        }

        Perhaps(true, "trusted.\u001b[2Jname", [0, 1, 2]);
        Perhaps(true, "security.selinux", "system_u:object_r:etc_t:s0\0"u8.ToArray());
        Perhaps(isPlain, "system.posix_acl_access", AccessList.With((int)attributes.Mode, 4321));
        Perhaps(isPlain, "user.note", Content());
        Perhaps(kind == NodeKind.File, "security.capability", Convert.FromHexString("0100000200040000000000000000000000000000"));
        Perhaps(kind == NodeKind.Directory, "system.posix_acl_default", AccessList.With(0x1ed, 4321));
        return new FurtherAttributes(extended, isPlain && _random.Next(4) == 0 ? InodeFlags.NoDump | InodeFlags.NoAccessTime : InodeFlags.None);
    }
}
