using Plomba.Files;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;

namespace Plomba.Hosts.Tests.Applying;

/// <summary>
/// A user plants something at every path that apply writes or reads in its home: nothing outside is read or written, nothing
/// waits, and undo gives back even what was planted.
/// </summary>
public sealed class PlantedThingsTests : IDisposable
{
    private static readonly Owner User = new(4321, 4321);
    private static readonly MachinePath Home = MachinePath.Parse("/home/c");

    private readonly TestMachine _machine = new();

    public PlantedThingsTests()
    {
        Assert.SkipUnless(TestMachine.IsPrivileged, "only root can make another user's home");
        _machine.Root.CreateDirectory(Home, NodeAttributes.RootDirectory with { Owner = User });
        _machine.Root.CreateDirectory(MachinePath.Parse("/outside"), NodeAttributes.RootDirectory);
        _machine.Root.CreateFile(MachinePath.Parse("/outside/secret"), "secret"u8, NodeAttributes.RootFile with { Mode = DurableFile.PrivateMode });
    }

    private static IReadOnlyList<DesiredEntry> Wishes =>
    [
        new DesiredDirectory(Home.Below(".config"), NodeAttributes.RootDirectory with { Owner = User }, "own"),
        new DesiredDirectory(Home.Below(".config/containers"), new(Owner.Root, (UnixFileMode)0x16d, Immutable: true), "closed") { IsEmpty = true },
        new DesiredFile(Home.Below(".profile.d/plomba.sh"), "x"u8.ToArray(), NodeAttributes.RootFile with { Owner = User }, "file"),
    ];

    public static TheoryData<string, string> Plantings
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var path in new[] { ".config", ".config/containers", ".config/containers/policy.json", ".profile.d/plomba.sh" })
            {
                foreach (var what in new[] { "link to directory", "link to file", "dangling link", "pipe", "hard link", "directory", "file" })
                    data.Add(path, what);
            }

            return data;
        }
    }

    public void Dispose() => _machine.Dispose();

    [Theory(Timeout = 20_000)]
    [MemberData(nameof(Plantings))]
    public async Task Nothing_planted_in_a_home_leads_out_of_it_or_stops_apply(string path, string what)
    {
        await Task.Run(() => { }, TestContext.Current.CancellationToken); // a timeout needs something to wait for
        Plant(Home.Below(path), what);
        var (before, outside) = (_machine.Snapshot(), Outside());

        var result = _machine.Apply(Wishes);

        Assert.Null(result.Failure);
        Assert.Empty(_machine.Plan(Wishes).Changes);
        Assert.Equal(outside, Outside());
        Assert.Empty(_machine.Root.List(Home.Below(".config/containers")).Require());
        Assert.Null(_machine.Undo(result.Number!.Value).Failure);
        Assert.Equal(before, _machine.Snapshot());
        Assert.Equal(outside, Outside());
    }

    [Theory]
    [InlineData("link to directory")]
    [InlineData("dangling link")]
    [InlineData("pipe")]
    [InlineData("file")]
    public void A_directory_on_the_way_that_is_no_directory_refuses_the_plan(string what)
    {
        Plant(Home.Below("way"), what);
        var plan = _machine.Plan(new DesiredFile(Home.Below("way/to/it"), "x"u8.ToArray(), NodeAttributes.RootFile, "file"));
        Assert.True(plan.IsRefused);
        Assert.Equal(["/outside/secret"], _machine.Root.List(MachinePath.Parse("/outside")).Require().Select(e => e.Path.Text));
    }

    [Theory]
    [InlineData("/etc/hosts", "link to file")]
    [InlineData("/etc/hosts", "pipe")]
    [InlineData("/etc/hosts", "directory")]
    public void Lines_are_put_into_regular_files_only(string path, string what)
    {
        Plant(MachinePath.Parse(path), what);
        var before = _machine.Snapshot();
        Assert.True(_machine.Plan(new HostsEntry(["192.0.2.1 registry.local"], "plomba x", "names")).IsRefused);
        Assert.Equal(before, _machine.Snapshot());
    }

    [Fact]
    public void Names_that_are_commands_escapes_or_no_text_are_kept_taken_away_and_given_back()
    {
        var closed = Home.Below(".config/containers");
        _machine.Root.CreateDirectory(Home.Below(".config"), NodeAttributes.RootDirectory with { Owner = User });
        _machine.Root.CreateDirectory(closed, NodeAttributes.RootDirectory with { Owner = User });
        foreach (var name in new[] { "$(touch x)", "`id`", "x; reboot", "'\"\\", "a\nb", "\u001b[2J\u001b]0;x\u0007", "\udcff\udc80", "-rf", new string('x', 255), "\u202egnp.exe" })
            _machine.Root.CreateFile(closed.Entry(name), "x"u8, NodeAttributes.RootFile with { Owner = User });
        var before = _machine.Snapshot();

        var shown = string.Join('\n', PlanText.Of(_machine.Plan(Wishes)));
        Assert.DoesNotContain(shown, c => c == '\u001b' || c == '\u0007' || c == '\u202e' || char.IsSurrogate(c));
        Assert.Contains(@"/home/c/.config/containers/a\x0ab", shown, StringComparison.Ordinal);

        var result = _machine.Apply(Wishes);
        Assert.Empty(_machine.Root.List(closed).Require());
        _machine.Undo(result.Number!.Value);
        Assert.Equal(before, _machine.Snapshot());
    }

    [Fact]
    public void A_hard_link_to_another_file_is_replaced_and_the_other_file_keeps_its_owner()
    {
        Plant(Home.Below("file"), "hard link");
        _machine.Apply(new DesiredFile(Home.Below("file"), "mine"u8.ToArray(), NodeAttributes.RootFile with { Owner = User }, "file"));
        var secret = _machine.Root.Status(MachinePath.Parse("/outside/secret")).Require();
        Assert.Equal((Owner.Root, DurableFile.PrivateMode), (secret.Attributes.Owner, secret.Attributes.Mode));
        Assert.Equal("secret"u8.ToArray(), _machine.Root.Read(MachinePath.Parse("/outside/secret"), 100).Require().ToArray());
    }

    private string Outside() => string.Join('\n', _machine.Snapshot().Where(n => n.Key.StartsWith("/outside", StringComparison.Ordinal)));

    private void Plant(MachinePath path, string what)
    {
        var missing = new Stack<MachinePath>();
        for (var parent = path.Parent; parent is { } directory && !_machine.Root.Exists(directory); parent = directory.Parent)
            missing.Push(directory);
        foreach (var directory in missing)
            _machine.Root.CreateDirectory(directory, NodeAttributes.RootDirectory with { Owner = User });
        switch (what)
        {
            case "link to directory":
                _machine.Root.CreateLink(path, "/outside", User);
                break;
            case "link to file":
                _machine.Root.CreateLink(path, "/outside/secret", User);
                break;
            case "dangling link":
                _machine.Root.CreateLink(path, "../../../../../outside/new", User);
                break;
            case "pipe":
                _machine.Root.CreateSpecial(path, NodeKind.Fifo, 0, new(User, DurableFile.DefaultMode), FurtherAttributes.None);
                break;
            case "hard link":
                Assert.Equal(0, Link(_machine["/outside/secret"], _machine[path.Text]));
                break;
            case "directory":
                _machine.Root.CreateDirectory(path, NodeAttributes.RootDirectory with { Owner = User });
                _machine.Root.CreateFile(path.Below("inside"), "x"u8, NodeAttributes.RootFile with { Owner = User });
                break;
            default:
                _machine.Root.CreateFile(path, "planted"u8, NodeAttributes.RootFile with { Owner = User });
                break;
        }
    }

    [System.Runtime.InteropServices.DllImport("libc", EntryPoint = "link")]
    private static extern int Link([System.Runtime.InteropServices.MarshalAs(System.Runtime.InteropServices.UnmanagedType.LPUTF8Str)] string from, [System.Runtime.InteropServices.MarshalAs(System.Runtime.InteropServices.UnmanagedType.LPUTF8Str)] string to);
}
