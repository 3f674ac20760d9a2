using System.Text;
using Plomba.Files;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;
using Plomba.Site.Names;

namespace Plomba.Hosts.Accounts;

/// <summary>
/// The users and groups of a machine, and what roles want of them. Read from the files of the root, on the running
/// machine also from its user database (NSS). What is asked for is kept here, seen by later questions, and becomes part
/// of the plan as edits of single lines; no program is run to make an account. Not thread-safe.
/// </summary>
public sealed partial class AccountFiles
{
    private readonly LineFile _passwd;
    private readonly LineFile _group;
    private readonly LineFile _shadow;
    private readonly LineFile _gshadow;
    private readonly LineFile _subuid;
    private readonly LineFile _subgid;
    private readonly LoginDefinitions _definitions;
    private readonly bool _usesTcb;
    private readonly TimeProvider _time;
    private readonly List<UserAccount> _users;
    private readonly List<GroupAccount> _groups;
    private readonly List<RoleFinding> _findings = [];
    private readonly List<DesiredEntry> _tcb = [];
    private readonly Dictionary<MachinePath, List<string>> _reasons = [];

    private AccountFiles(LineFile[] files, LoginDefinitions definitions, bool usesTcb, TimeProvider time, IEnumerable<UserAccount> users, IEnumerable<GroupAccount> groups)
    {
        (_passwd, _group, _shadow, _gshadow, _subuid, _subgid) = (files[0], files[1], files[2], files[3], files[4], files[5]);
        (_definitions, _usesTcb, _time) = (definitions, usesTcb, time);
        _users = [.. users];
        _groups = [.. groups];
    }

    /// <summary>All users, those that are only asked for included; local ones first.</summary>
    public IReadOnlyList<UserAccount> Users => _users;

    /// <summary>All groups, those that are only asked for included; local ones first.</summary>
    public IReadOnlyList<GroupAccount> Groups => _groups;

    /// <summary>People: the users whose numbers lie in the range of <c>login.defs</c> for them, wherever they live.</summary>
    public IEnumerable<UserAccount> People => _users.Where(u => u.Id >= _definitions.Users.First && u.Id <= _definitions.Users.Last);

    /// <summary>What could not be done as asked; all of it keeps the plan from being applied.</summary>
    public IReadOnlyList<RoleFinding> Findings => _findings;

    /// <summary>Reads a machine's accounts.</summary>
    /// <param name="root">The machine.</param>
    /// <param name="time">For the day a new account begins.</param>
    /// <param name="asked">Names that a directory service is asked for one by one, in case it does not list everybody.</param>
    /// <param name="cancellation">Ends the questions to the user database.</param>
    /// <returns>An error where a file of accounts is no regular file or cannot be read.</returns>
    public static async Task<MachineResult<AccountFiles>> ReadAsync(
        MachineRoot root, TimeProvider time, IEnumerable<AccountName> asked, CancellationToken cancellation)
    {
        var files = new List<LineFile>();
        foreach (var name in (string[])["passwd", "group", "shadow", "gshadow", "subuid", "subgid"])
        {
            // Nobody but root reads the shadow files; then nobody but root changes them either.
            var reading = LineFile.Read(root, MachinePath.Parse($"/etc/{name}"));
            if (!reading.TryGet(out var file, out var error) && !(error.Problem == MachineProblem.Denied && name.Contains("shadow", StringComparison.Ordinal)))
                return reading.As<AccountFiles>();
            files.Add(file ?? LineFile.Unreadable(MachinePath.Parse($"/etc/{name}")));
        }

        var definitions = new LoginDefinitions(root.Read(MachinePath.Parse("/etc/login.defs"), LineFile.MaximumSize).TryGet(out var text, out _) ? LineFile.Split(text.Span) : []);
        var usesTcb = files[2].Status is null && root.Status(MachinePath.Parse("/etc/tcb")).TryGet(out var tcb, out _) && tcb.Kind == NodeKind.Directory;
        var users = files[0].Lines.Select(l => AccountLines.User(l, isLocal: true)).OfType<UserAccount>().ToList();
        var groups = files[1].Lines.Select(l => AccountLines.Group(l, isLocal: true)).OfType<GroupAccount>().ToList();
        if (root.IsLive)
        {
            var names = asked.Select(n => n.Text).ToList();
            Add(users, (await AskAsync("passwd", names, cancellation)).Select(l => AccountLines.User(l, isLocal: false)).OfType<UserAccount>(), u => u.Name);
            Add(groups, (await AskAsync("group", [], cancellation)).Select(l => AccountLines.Group(l, isLocal: false)).OfType<GroupAccount>(), g => g.Name);
        }

        return MachineResult<AccountFiles>.Of(new AccountFiles([.. files], definitions, usesTcb, time, users, groups));
    }

    /// <summary>The user of exactly that name; null: there is none.</summary>
    public UserAccount? User(AccountName name) => _users.Find(u => u.Name == name.Text);

    /// <summary>The group of exactly that name; null: there is none.</summary>
    public GroupAccount? Group(AccountName name) => _groups.Find(g => g.Name == name.Text);

    /// <summary>Whether a user is in a group: it is the user's primary one, or the user's name stands in it, whole.</summary>
    public static bool IsMember(UserAccount user, GroupAccount group) =>
        user.GroupId == group.Id || group.Members.Contains(user.Name, StringComparer.Ordinal);

    /// <summary>The names of all groups a user is in.</summary>
    public IEnumerable<GroupAccount> GroupsOf(UserAccount user) => _groups.Where(g => IsMember(user, g));

    /// <summary>What roles asked for, as entries of a plan.</summary>
    internal IReadOnlyList<DesiredEntry> Entries =>
    [
        .. new[] { _group, _gshadow, _passwd, _shadow, _subuid, _subgid }
            .Where(f => f.IsChanged)
            .Select(f => new DesiredFile(f.Path, f.Content, f.Status?.Attributes ?? StandardAttributes(f), string.Join(", ", _reasons[f.Path])) { IsShared = true }),
        .. _tcb,
    ];

    private static void Add<T>(List<T> local, IEnumerable<T> database, Func<T, string> name)
    {
        var known = local.Select(name).ToHashSet(StringComparer.Ordinal);
        local.AddRange(database.Where(a => known.Add(name(a))));
    }

    private static async Task<IEnumerable<string>> AskAsync(string database, List<string> names, CancellationToken cancellation)
    {
        var lines = new List<string>();
        if (!ChildProcess.IsInstalled("getent"))
            return lines;
        foreach (string[] arguments in names.Count == 0 ? [[database]] : new string[][] { [database], [database, .. names] })
        {
            // 2: one of the names is not known; what was found is printed all the same.
            var answer = await ChildProcess.RunAsync("getent", arguments, cancellation: cancellation);
            lines.AddRange(Encoding.Latin1.GetString(answer.Output).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }

        return lines;
    }

    private NodeAttributes StandardAttributes(LineFile file) =>
        file == _shadow || file == _gshadow
            ? new NodeAttributes(new Owner(0, _groups.Find(g => g.Name == "shadow")?.Id ?? 0), DurableFile.PrivateMode | UnixFileMode.GroupRead)
            : NodeAttributes.RootFile;

    private void Note(LineFile file, string why)
    {
        if (!_reasons.TryGetValue(file.Path, out var reasons))
            _reasons[file.Path] = reasons = [];
        if (!reasons.Contains(why, StringComparer.Ordinal))
            reasons.Add(why);
    }
}
