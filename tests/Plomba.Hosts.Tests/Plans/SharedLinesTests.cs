using System.Text;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;

namespace Plomba.Hosts.Tests.Plans;

/// <summary>Lines in /etc/hosts: names compared whole, others' lines left alone, and undone without touching them.</summary>
public sealed class SharedLinesTests : IDisposable
{
    private static readonly MachinePath Hosts = MachinePath.Parse("/etc/hosts");

    private readonly TestMachine _machine = new();

    private static HostsEntry Entry(params string[] lines) => new(lines, "plomba demo", "names");

    public void Dispose() => _machine.Dispose();

    [Theory]
    [InlineData("", "10.0.0.1 r.local # plomba demo\n")]
    [InlineData("127.0.0.1 localhost\n", "127.0.0.1 localhost\n10.0.0.1 r.local # plomba demo\n")]
    [InlineData("127.0.0.1 localhost", "127.0.0.1 localhost\n10.0.0.1 r.local # plomba demo\n")]
    [InlineData("10.9.9.9 r.local.evil.org xr.local r.locala\n", "10.9.9.9 r.local.evil.org xr.local r.locala\n10.0.0.1 r.local # plomba demo\n")]
    [InlineData("10.9.9.9 other R.LOCAL # mine\n", "10.9.9.9 other # mine\n10.0.0.1 r.local # plomba demo\n")]
    [InlineData("10.9.9.9\tr.local\r\n", "10.0.0.1 r.local # plomba demo\n")]
    [InlineData("#10.9.9.9 r.local\n", "#10.9.9.9 r.local\n10.0.0.1 r.local # plomba demo\n")]
    [InlineData("10.0.0.7 r.local # plomba demo\n1.1.1.1 a\n", "1.1.1.1 a\n10.0.0.1 r.local # plomba demo\n")]
    [InlineData("10.0.0.7 x # plomba demonstration\n", "10.0.0.7 x # plomba demonstration\n10.0.0.1 r.local # plomba demo\n")]
    [InlineData("10.0.0.1 r.local # plomba demo\n1.1.1.1 a\n", "10.0.0.1 r.local # plomba demo\n1.1.1.1 a\n")]
    [InlineData("1.1.1.1 caf\u00e9\u00ff\n", "1.1.1.1 caf\u00e9\u00ff\n10.0.0.1 r.local # plomba demo\n")]
    public void Names_are_compared_whole_and_other_lines_stay(string before, string after)
    {
        _machine.Root.CreateFile(Hosts, Encoding.Latin1.GetBytes(before), NodeAttributes.RootFile);
        _machine.Apply(Entry("10.0.0.1 r.local # plomba demo"));
        Assert.Equal(after, Content());
        Assert.Empty(_machine.Plan(Entry("10.0.0.1 r.local # plomba demo")).Changes);
    }

    [Fact]
    public void Undo_takes_our_lines_back_and_leaves_what_others_wrote_since()
    {
        _machine.Root.CreateFile(Hosts, "127.0.0.1 localhost\n10.9.9.9 r.local other\n"u8, NodeAttributes.RootFile);
        var change = _machine.Apply(Entry("10.0.0.1 r.local # plomba demo")).Number!.Value;
        _machine.Root.WriteFile(Hosts, Encoding.UTF8.GetBytes(Content() + "10.1.1.1 new\n"), NodeAttributes.RootFile);
        Assert.Null(_machine.Undo(change).Failure);
        Assert.Equal("127.0.0.1 localhost\n10.9.9.9 r.local other\n10.1.1.1 new\n", Content());
    }

    [Fact]
    public void Undo_names_a_file_whose_lines_of_ours_were_changed()
    {
        _machine.Root.CreateFile(Hosts, "127.0.0.1 localhost\n"u8, NodeAttributes.RootFile);
        var change = _machine.Apply(Entry("10.0.0.1 r.local # plomba demo")).Number!.Value;
        _machine.Root.WriteFile(Hosts, "127.0.0.1 localhost\n10.0.0.2 r.local # plomba demo\n"u8, NodeAttributes.RootFile);
        using (var changes = Open())
            Assert.Equal(["/etc/hosts"], new Plomba.Hosts.Undoing.UndoPlanner(_machine.Root, changes).Plan(change, discard: false)!.Changed.Select(p => p.Text));
        Assert.Null(_machine.Undo(change, discard: true).Failure);
        Assert.Equal("127.0.0.1 localhost\n", Content());
    }

    private Plomba.Hosts.Applying.HostChanges Open() => Plomba.Hosts.Applying.HostChanges.Open(_machine.Root, TimeProvider.System).Require();

    private string Content() => Encoding.Latin1.GetString(_machine.Root.Read(Hosts, 1000).Require().Span);
}
