using System.Text;
using Plomba.Hosts.Accounts;
using Plomba.Hosts.Machines;
using Plomba.Site.Names;

namespace Plomba.Hosts.Tests.Accounts;

public sealed class AccountFilesTests : IDisposable
{
    private const string Passwd = "root:x:0:0:root:/root:/bin/bash\nalice:x:1000:1000:Al\u00efce:/home/alice:/bin/bash\nsys:x:999:999::/:/sbin/nologin\n";
    private const string Group = "root:x:0:\npodman_dev:x:200:alice,bobby\nwheel:x:10:alicex\nalice:x:1000:\n";

    private readonly TestMachine _machine = new();

    public AccountFilesTests()
    {
        Write("/etc/passwd", Passwd, 0x1a4);
        Write("/etc/group", Group, 0x1a4);
        Write("/etc/shadow", "root:*:1::::::\nalice:$6$x:1:0:99999:7:::\n", 0x1a0);
        Write("/etc/gshadow", "root:*::\npodman_dev:!::alice,bobby\n", 0x1a0);
        Write("/etc/login.defs", "# UID_MIN 5\nUID_MIN 1000\nUID_MAX\t60000\nSYS_UID_MIN 100\nSYS_UID_MAX 999\nSYS_GID_MIN 100\nSYS_GID_MAX 999\n", 0x1a4);
    }

    public void Dispose() => _machine.Dispose();

    [Fact]
    public async Task Groups_and_names_are_compared_whole()
    {
        var accounts = await Read();
        var alice = accounts.User(Name("alice"))!;
        Assert.Null(accounts.Group(Name("podman")));
        Assert.True(AccountFiles.IsMember(alice, accounts.Group(Name("podman_dev"))!));
        Assert.False(AccountFiles.IsMember(alice, accounts.Group(Name("wheel"))!));
        Assert.Equal(["podman_dev", "alice"], accounts.GroupsOf(alice).Select(g => g.Name));
        Assert.Equal(["alice"], accounts.People.Select(p => p.Name));
    }

    [Fact]
    public async Task A_new_user_is_one_line_in_each_file_and_nothing_else_changes()
    {
        var accounts = await Read();
        var group = accounts.EnsureGroup(Name("podman"), isSystem: true, "who may run")!;
        var user = accounts.EnsureUser(new NewUser(Name("carol"), MachinePath.Parse("/home/carol"), "/bin/bash", IsSystem: false) { Comment = "a:b\nc" }, "a client")!;
        accounts.EnsureMember(user, group, "a client may run");
        accounts.EnsureSubordinateIds(user, "rootless");
        Assert.Empty(accounts.Findings);
        Assert.Null(_machine.Apply(accounts.Entries).Failure);

        Assert.Equal(Passwd + "carol:x:1001:1001:abc:/home/carol:/bin/bash\n", Text("/etc/passwd"));
        Assert.Equal(Group + "podman:x:999:carol\ncarol:x:1001:\n", Text("/etc/group"));
        Assert.Matches(@"\Aroot:\*:1::::::\nalice:\$6\$x:1:0:99999:7:::\ncarol:!:\d+:0:99999:7:::\n\z", Text("/etc/shadow"));
        Assert.Equal("root:*::\npodman_dev:!::alice,bobby\npodman:!::carol\ncarol:!::\n", Text("/etc/gshadow"));
        Assert.Equal("carol:100000:65536\n", Text("/etc/subuid"));
        Assert.Equal((UnixFileMode)0x1a0, _machine.Root.Status(MachinePath.Parse("/etc/shadow")).Require().Attributes.Mode);

        var again = await Read();
        var carol = again.EnsureUser(new NewUser(Name("carol"), MachinePath.Parse("/elsewhere"), "/bin/sh", IsSystem: false), "a client")!;
        again.EnsureMember(carol, again.EnsureGroup(Name("podman"), isSystem: true, "x")!, "x");
        again.EnsureSubordinateIds(carol, "x");
        Assert.Empty(again.Entries);
    }

    [Fact]
    public async Task A_system_user_gets_the_number_below_the_ones_taken_and_lines_for_nis_stay_last()
    {
        Write("/etc/passwd", Passwd + "+::::::\n", 0x1a4);
        var accounts = await Read();
        var user = accounts.EnsureUser(new NewUser(Name("plomba"), MachinePath.Parse("/nonexistent"), "/usr/sbin/nologin", IsSystem: true), "the server")!;
        Assert.Equal((998u, 998u), (user.Id, user.GroupId));
        _machine.Apply(accounts.Entries);
        Assert.EndsWith("plomba:x:998:998::/nonexistent:/usr/sbin/nologin\n+::::::\n", Text("/etc/passwd"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_leaves_a_group_by_its_whole_name()
    {
        var accounts = await Read();
        accounts.RemoveMember(accounts.User(Name("alice"))!, accounts.Group(Name("podman_dev"))!, "no maker any more");
        _machine.Apply(accounts.Entries);
        Assert.Contains("podman_dev:x:200:bobby\n", Text("/etc/group"), StringComparison.Ordinal);
        Assert.Contains("podman_dev:!::bobby\n", Text("/etc/gshadow"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Undo_takes_a_user_back_and_leaves_one_that_came_since()
    {
        var accounts = await Read();
        accounts.EnsureUser(new NewUser(Name("carol"), MachinePath.Parse("/home/carol"), "/bin/bash", IsSystem: false), "a client");
        var change = _machine.Apply(accounts.Entries).Number!.Value;
        Write("/etc/passwd", Text("/etc/passwd") + "dave:x:1002:1002::/home/dave:/bin/bash\n", 0x1a4);
        Assert.Null(_machine.Undo(change).Failure);
        Assert.Equal(Passwd + "dave:x:1002:1002::/home/dave:/bin/bash\n", Text("/etc/passwd"));
    }

    [Fact]
    public async Task A_pipe_or_link_in_the_place_of_a_file_of_accounts_is_an_error_at_once()
    {
        _machine.Root.Remove(MachinePath.Parse("/etc/group"));
        _machine.Root.CreateSpecial(MachinePath.Parse("/etc/group"), NodeKind.Fifo, 0, NodeAttributes.RootFile, FurtherAttributes.None);
        Assert.Equal(MachineProblem.NotAFile, (await ReadResult()).Error!.Problem);
    }

    [Fact]
    public async Task With_tcb_a_users_password_is_a_file_of_its_own()
    {
        _machine.Root.Remove(MachinePath.Parse("/etc/shadow"));
        _machine.Root.CreateDirectory(MachinePath.Parse("/etc/tcb"), NodeAttributes.RootDirectory);
        var accounts = await Read();
        accounts.EnsureUser(new NewUser(Name("carol"), MachinePath.Parse("/home/carol"), "/bin/bash", IsSystem: false), "a client");
        _machine.Apply(accounts.Entries);
        Assert.False(_machine.Root.Exists(MachinePath.Parse("/etc/shadow")));
        Assert.StartsWith("carol:!:", Text("/etc/tcb/carol/shadow"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_running_machines_users_come_from_its_database()
    {
        using var live = MachineRoot.Open("/").Require();
        var accounts = (await AccountFiles.ReadAsync(live, TimeProvider.System, [Name("root")], TestContext.Current.CancellationToken)).Require();
        Assert.Equal(0u, Assert.Single(accounts.Users, u => u.Name == "root").Id);
    }

    private static AccountName Name(string text) => AccountName.TryParse(text, out var name, out var why) ? name : throw new FormatException(why);

    private async Task<AccountFiles> Read() => (await ReadResult()).Require();

    private Task<MachineResult<AccountFiles>> ReadResult() => AccountFiles.ReadAsync(_machine.Root, TimeProvider.System, [], TestContext.Current.CancellationToken);

    private void Write(string path, string content, int mode) =>
        _machine.Root.WriteFile(MachinePath.Parse(path), Encoding.Latin1.GetBytes(content), NodeAttributes.RootFile with { Mode = (UnixFileMode)mode });

    private string Text(string path) => Encoding.Latin1.GetString(_machine.Root.Read(MachinePath.Parse(path), 10_000).Require().Span);
}
