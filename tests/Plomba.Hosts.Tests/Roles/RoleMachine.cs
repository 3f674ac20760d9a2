using System.Text;
using Plomba.Files;
using Plomba.Hosts.Accounts;
using Plomba.Hosts.Applying;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;
using Plomba.Hosts.Roles;
using Plomba.Hosts.Tests.Rules;
using Plomba.Site;
using Plomba.Site.Names;
using Plomba.Site.Rendering;

namespace Plomba.Hosts.Tests.Roles;

/// <summary>An offline machine that is given roles of a site: plain, with root and nobody else on it.</summary>
internal sealed class RoleMachine : ISiteMaterial, IDisposable
{
    private readonly TestMachine _machine = new();
    private readonly List<AppliedRole> _applied = [];
    private byte[] _key;

    private RoleMachine(MakerKeys keys)
    {
        _key = keys.Key;
        SiteText = $"""
            format = 1
            [site]
            name = "example"
            [registry]
            name = "registry.local"
            listen = ["0.0.0.0:80"]
            address = "192.0.2.10"
            data = "/var/lib/plomba"
            [signatures]
            name = "sigstore.local:81"
            listen = ["0.0.0.0:81"]
            address = "192.0.2.10"
            inboxes = "/var/sigstore/staging"
            [keys]
            directory = "/var/sigstore/keys"
            [access]
            passwords = "/etc/plomba/htpasswd"
            [[key]]
            name = "maker"
            fingerprint = "{keys.Fingerprint}"
            [[namespace]]
            name = "alt"
            makers = ["anna", "bob"]
            keys = ["maker"]

            """;
        Write("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\n");
        Write("/etc/group", "root:x:0:\nwheel:x:10:root\n");
        Write("/etc/shadow", "root:*:19000:0:99999:7:::\n");
        Write("/etc/hosts", "127.0.0.1 localhost\n");
        MakeDirectory("/var/lib", default);
        Write("/usr/bin/plomba", "");
        Write("/etc/plomba/htpasswd", "");
    }

    public string SiteText { get; set; }

    public string SiteFilePath { get; set; } = SiteFile.DefaultPath;

    public SiteDescription Site => SiteFile.Parse(Encoding.UTF8.GetBytes(SiteText), SiteFilePath).Site!;

    public MachineRoot Root => _machine.Root;

    public ClientVersions? Versions { get; set; }

    public static RoleMachine Create(MakerKeys keys)
    {
        Assert.SkipUnless(UserId.Effective == 0, "only root can give files to other users");
        Assert.SkipUnless(ChildProcess.IsInstalled("gpg"), "gpg is not installed");
        return new RoleMachine(keys);
    }

    /// <summary>Where a path is for this process.</summary>
    public string Real(string path) => _machine[path];

    public string Read(string path) => File.ReadAllText(Real(path));

    public void Write(string path, string content) => Write(path, content, new Owner(0, 0));

    public void Write(string path, string content, Owner owner)
    {
        MakeDirectory(Path.GetDirectoryName(path)!, owner);
        Root.WriteFile(MachinePath.Parse(path), Encoding.UTF8.GetBytes(content), NodeAttributes.RootFile with { Owner = owner });
    }

    public void MakeDirectory(string path, Owner owner, int mode = 0b111_101_101)
    {
        if (path.Length <= 1 || Directory.Exists(Real(path)))
            return;
        MakeDirectory(Path.GetDirectoryName(path)!, owner);
        Root.CreateDirectory(MachinePath.Parse(path), new NodeAttributes(owner, (UnixFileMode)mode));
    }

    /// <summary>An account with a home, in groups that are there.</summary>
    public void AddUser(string name, uint id, params string[] groups)
    {
        File.AppendAllText(Real("/etc/passwd"), $"{name}:x:{id}:{id}::/home/{name}:/bin/bash\n");
        var lines = File.ReadAllLines(Real("/etc/group")).Append($"{name}:x:{id}:")
            .Select(l => groups.Contains(l.Split(':')[0]) ? l + (l.EndsWith(':') ? "" : ",") + name : l);
        File.WriteAllLines(Real("/etc/group"), lines);
        MakeDirectory("/home", default);
        MakeDirectory($"/home/{name}", new Owner(id, id), 0b111_000_000);
    }

    public void ReplaceKey(byte[] key) => _key = key;

    public async Task<Plan> PlanAsync(string roles, string? user = null)
    {
        var names = roles.Split(' ').Select(r => RoleNames.Parse(r)!.Value).ToList();
        var account = AccountName.TryParse(user ?? "", out var parsed, out _) ? parsed : (AccountName?)null;
        var accounts = (await AccountFiles.ReadAsync(Root, TimeProvider.System, [], TestContext.Current.CancellationToken)).Require();
        var states = names.Select(n => MachineRoles.Of(n).Describe(new RoleContext
        {
            Site = Site,
            Material = this,
            Root = Root,
            Accounts = accounts,
            Time = TimeProvider.System,
            Options = new RoleOptions { User = account, Versions = Versions },
            Roles = names,
            Applied = _applied,
        })).ToList();
        var (changes, findings) = Comparison.Run(Root, [.. accounts.Entries, .. states.SelectMany(s => s.Entries)]);
        return new Plan(changes, [.. states.SelectMany(s => s.Activations)], [.. accounts.Findings, .. states.SelectMany(s => s.Findings), .. findings])
        {
            Handovers = [.. states.SelectMany(s => s.Handovers)],
        };
    }

    public async Task<int> ApplyAsync(string roles, string? user = null)
    {
        var plan = await PlanAsync(roles, user);
        Assert.DoesNotContain(plan.Findings, f => f.Blocks);
        using var changes = HostChanges.Open(Root, TimeProvider.System).Require();
        var result = changes.Apply(plan.Changes, [], roles);
        Assert.Null(result.Failure);
        changes.Finish(result.Number!.Value);
        foreach (var role in roles.Split(' '))
            _applied.Add(new AppliedRole(RoleNames.Parse(role)!.Value, AccountName.TryParse(user ?? "", out var account, out _) ? account : null));
        return result.Number.Value;
    }

    public Plan UndoPlan(int number) => _machine.UndoPlan(number);

    public void Undo(int number) => Assert.Null(_machine.Undo(number).Failure);

    /// <summary>Everything but our own records.</summary>
    public SortedDictionary<string, string> Snapshot()
    {
        var tree = new StateReader(Root).ReadTree(MachinePath.Root).Require();
        return new SortedDictionary<string, string>(
            tree.Where(n => !n.Path.Text.StartsWith("/var/lib/plomba-host", StringComparison.Ordinal) && n.Path.Text != "/etc/.pwd.lock")
                .ToDictionary(n => n.Path.ToString(), n => TreeSnapshot.Line(n.State)),
            StringComparer.Ordinal);
    }

    public NodeStatus Status(string path) => Root.Status(MachinePath.Parse(path)).Require();

    public bool Exists(string path) => Root.Exists(MachinePath.Parse(path));

    MachineResult<ReadOnlyMemory<byte>> ISiteMaterial.KeyFile(SiteKey key) => MachineResult<ReadOnlyMemory<byte>>.Of(_key);

    MachineResult<ReadOnlyMemory<byte>>? ISiteMaterial.Authority => null;

    MachineResult<ReadOnlyMemory<byte>>? ISiteMaterial.SiteFile => MachineResult<ReadOnlyMemory<byte>>.Of(Encoding.UTF8.GetBytes(SiteText));

    public void Dispose() => _machine.Dispose();
}
