using System.Text;
using Plomba.Files;
using Plomba.Hosts.Machines;

namespace Plomba.Hosts.Tests.Machines;

public sealed class MachineRootTests : IDisposable
{
    private static readonly NodeAttributes Mine = new(new Owner(UserId.Effective, 0), DurableFile.DefaultMode);

    private readonly TemporaryDirectory _directory = new();
    private readonly MachineRoot _root;

    public MachineRootTests()
    {
        Directory.CreateDirectory(_directory.Combine("root", "etc"));
        _root = MachineRoot.Open(_directory.Combine("root")).Require();
        DurableFile.Write(_directory.Combine("secret"), "secret"u8);
    }

    public void Dispose()
    {
        _root.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void What_is_written_is_read_back_with_its_attributes()
    {
        _root.WriteFile(Path("/etc/x"), "one"u8, Mine with { Mode = (UnixFileMode)0x1a0 });
        _root.WriteFile(Path("/etc/x"), "two"u8, Mine with { Mode = (UnixFileMode)0x124 });
        Assert.Equal("two", Text("/etc/x"));
        var status = _root.Status(Path("/etc/x")).Require();
        Assert.Equal((NodeKind.File, (UnixFileMode)0x124, 3L, 1u), (status.Kind, status.Attributes.Mode, status.Size, status.LinkCount));
        Assert.Equal(["/etc/x"], _root.List(Path("/etc")).Require().Select(e => e.Path.Text));
    }

    [Fact]
    public void The_root_of_a_running_machine_is_known_as_such()
    {
        using var live = MachineRoot.Open("/").Require();
        Assert.True(live.IsLive);
        Assert.False(_root.IsLive);
        Assert.Equal(NodeKind.Directory, live.Status(MachinePath.Root).Require().Kind);
        Assert.Contains(live.List(MachinePath.Root).Require(), e => e.Path.Text == "/etc");
        Assert.True(live.Read(Path("/proc/self/status"), 100_000).Require().Length > 100);
    }

    [Fact]
    public void An_absolute_link_means_below_the_root()
    {
        DurableFile.Write(_directory.Combine("root", "etc", "x"), "inside"u8);
        File.CreateSymbolicLink(_directory.Combine("root", "a"), "/etc");
        File.CreateSymbolicLink(_directory.Combine("root", "etc", "up"), "../../../../../etc/x");
        Assert.Equal("inside", Text("/a/x"));
        Assert.Equal("inside", Text("/a/up"));
        Assert.Equal(NodeKind.SymbolicLink, _root.Status(Path("/a/up")).Require().Kind);
        Assert.Equal(NodeKind.File, _root.StatusFollowed(Path("/a/up")).Require().Kind);
    }

    [Fact]
    public void A_link_never_leads_outside()
    {
        File.CreateSymbolicLink(_directory.Combine("root", "etc", "out"), _directory.Combine("secret"));
        File.CreateSymbolicLink(_directory.Combine("root", "etc", "up"), "../../secret");
        File.CreateSymbolicLink(_directory.Combine("root", "etc", "loop"), "loop");
        Assert.True(_root.Read(Path("/etc/out"), 100).IsMissing);
        Assert.True(_root.Read(Path("/etc/up"), 100).IsMissing);
        Assert.Equal(MachineProblem.UntrustedLink, _root.Read(Path("/etc/loop"), 100).Error!.Problem);
        Assert.True(_root.Read(Path("/etc/out/x"), 100).IsMissing);
    }

    [Fact]
    public void A_link_in_a_users_directory_is_never_followed()
    {
        Assert.SkipUnless(UserId.Effective == 0, "only root can make another user's directory");
        _root.CreateDirectory(Path("/home"), NodeAttributes.RootDirectory);
        _root.CreateDirectory(Path("/home/c"), NodeAttributes.RootDirectory with { Owner = new(4321, 4321) });
        _root.WriteFile(Path("/etc/shadow"), "hash"u8, NodeAttributes.RootFile);
        _root.CreateLink(Path("/home/c/own"), "/etc/shadow", new(4321, 4321));
        _root.CreateLink(Path("/home/c/roots"), "/etc/shadow", Owner.Root);
        _root.CreateLink(Path("/home/c/dir"), "/etc", new(4321, 4321));
        Assert.Equal(MachineProblem.UntrustedLink, _root.Read(Path("/home/c/own"), 100).Error!.Problem);
        Assert.Equal(MachineProblem.UntrustedLink, _root.Read(Path("/home/c/roots"), 100).Error!.Problem);
        Assert.Equal(MachineProblem.UntrustedLink, _root.Read(Path("/home/c/dir/shadow"), 100).Error!.Problem);
        Assert.Equal(MachineProblem.UntrustedLink, _root.List(Path("/home/c/dir")).Error!.Problem);
        Assert.Throws<MachineException>(() => _root.WriteFile(Path("/home/c/dir/shadow"), "x"u8, NodeAttributes.RootFile));
        Assert.Throws<MachineException>(() => _root.SetAttributes(Path("/home/c/own"), NodeAttributes.RootFile));
        _root.WriteFile(Path("/home/c/own"), "mine"u8, NodeAttributes.RootFile);
        Assert.Equal("hash", Text("/etc/shadow"));
        Assert.Equal("mine", Text("/home/c/own"));
    }

    [Fact(Timeout = 20_000)]
    public async Task Pipes_sockets_devices_and_directories_are_no_files_and_never_block()
    {
        await ChildProcess.RunAsync("mkfifo", [_directory.Combine("root", "etc", "fifo")], cancellation: TestContext.Current.CancellationToken);
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(_directory.Combine("root", "etc", "socket")));
        foreach (var name in new[] { "/etc/fifo", "/etc/socket", "/etc" })
        {
            Assert.Equal(MachineProblem.NotAFile, _root.Read(Path(name), 100).Error!.Problem);
            Assert.Equal(name == "/etc" ? null : MachineProblem.NotADirectory, _root.List(Path(name)).Error?.Problem);
        }

        using var live = MachineRoot.Open("/").Require();
        Assert.Equal(MachineProblem.NotAFile, live.Read(Path("/dev/zero"), 100).Error!.Problem);
    }

    [Fact]
    public void A_file_larger_than_the_limit_is_refused()
    {
        _root.WriteFile(Path("/etc/x"), new byte[100], Mine);
        Assert.Equal(100, _root.Read(Path("/etc/x"), 100).Require().Length);
        Assert.Equal(MachineProblem.TooLarge, _root.Read(Path("/etc/x"), 99).Error!.Problem);
    }

    [Fact]
    public void The_owner_of_a_file_with_a_second_name_is_not_changed()
    {
        _root.WriteFile(Path("/etc/shadow"), "x"u8, Mine);
        Assert.Equal(0, Link(_directory.Combine("root", "etc", "shadow"), _directory.Combine("root", "planted")));
        Assert.Equal(MachineProblem.NotAFile, Assert.Throws<MachineException>(() => _root.SetAttributes(Path("/planted"), Mine with { Mode = (UnixFileMode)0x1ff })).Error.Problem);
        _root.WriteFile(Path("/planted"), "y"u8, Mine);
        Assert.Equal("x", Text("/etc/shadow"));
    }

    [Fact]
    public void The_immutable_attribute_is_set_read_and_taken_off()
    {
        Assert.SkipUnless(UserId.Effective == 0 && _root.Status(Path("/etc")).Require().CanBeImmutable, "needs root and a file system with attributes");
        var closed = new NodeAttributes(Owner.Root, (UnixFileMode)0x16d, Immutable: true);
        _root.CreateDirectory(Path("/closed"), closed);
        try
        {
            Assert.Equal(closed, _root.Status(Path("/closed")).Require().Attributes);
            Assert.Equal(MachineProblem.Denied, Assert.Throws<MachineException>(() => _root.WriteFile(Path("/closed/x"), "x"u8, Mine)).Error.Problem);
        }
        finally
        {
            _root.SetAttributes(Path("/closed"), NodeAttributes.RootDirectory);
        }

        _root.WriteFile(Path("/closed/x"), "x"u8, Mine);
        Assert.Equal("x", Text("/closed/x"));
    }

    [Fact]
    public void Names_of_any_bytes_are_listed_and_removed()
    {
        var names = new[] { "a\nb", "\u001b]0;x", "$(touch x)", "\udcff\udcfe", "-rf", new string('x', 255) };
        foreach (var name in names)
            _root.WriteFile(Path("/etc").Entry(name), "x"u8, Mine);
        var listed = _root.List(Path("/etc")).Require();
        Assert.Equal(names.Order(StringComparer.Ordinal), listed.Select(e => e.Path.Name));
        foreach (var entry in listed)
            _root.Remove(entry.Path);
        Assert.Empty(_root.List(Path("/etc")).Require());
        _root.Remove(Path("/etc/nothing"));
    }

    [System.Runtime.InteropServices.DllImport("libc", EntryPoint = "link")]
    private static extern int Link([System.Runtime.InteropServices.MarshalAs(System.Runtime.InteropServices.UnmanagedType.LPUTF8Str)] string from, [System.Runtime.InteropServices.MarshalAs(System.Runtime.InteropServices.UnmanagedType.LPUTF8Str)] string to);

    private static MachinePath Path(string text) => MachinePath.Parse(text);

    private string Text(string path) => Encoding.UTF8.GetString(_root.Read(Path(path), 1000).Require().Span);
}
