using System.CommandLine;
using Plomba.CommandLine;
using Plomba.Hosts.Accounts;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;
using Plomba.Hosts.Rules;
using Plomba.Hosts.Rules.Mending;
using Plomba.Site;
using Plomba.Site.Names;
using Plomba.Verbs.Site;

namespace Plomba.Verbs.Host;

/// <summary>The machine that is checked: <c>--root DIR --site FILE --user NAME</c>.</summary>
internal sealed class CheckTarget : IDisposable
{
    private static readonly Option<string?> User = new("--user") { Description = Text.Say("Only this user, and what holds for everybody."), HelpName = "NAME" };

    private readonly ParseResult _parsed;
    private readonly MachineRoot _root;
    private readonly AccountName? _user;
    private SiteDescription _site;
    private ISiteMaterial _material;
    private string? _told;

    private CheckTarget(ParseResult parsed, MachineRoot root, AccountName? user)
    {
        (_parsed, _root, _user) = (parsed, root, user);
        (_site, _material) = HostSite.Load(parsed, root);
    }

    /// <summary>Told once when the site cannot be read any more; without it that is a failure.</summary>
    public Action<string>? SiteIsWrong { get; set; }

    /// <summary>Mends what a check of this machine found.</summary>
    public Mender Mender => new(_root, _site, _material, TimeProvider.System);

    /// <summary>Where the machine's root directory is for this process; empty for the running machine.</summary>
    public string Directory => _root.IsLive ? "" : _root.Directory.TrimEnd('/');

    /// <summary>Adds the options to a verb.</summary>
    public static void AddTo(Command command)
    {
        command.Add(HostRoot.Option);
        command.Add(SiteOption.Site);
        command.Add(User);
    }

    /// <summary>Opens the machine and reads its site.</summary>
    /// <exception cref="Failure">There is no such machine, site or name, or this process may not look at it.</exception>
    public static CheckTarget Open(ParseResult parsed)
    {
        AccountName? user = null;
        if (parsed.GetValue(User) is { } name)
            user = AccountName.TryParse(name, out var account, out var why) ? account : throw Failure.Usage(Text.Say($"--user {name}: {why}"));
        if (!MachineRoot.Open(parsed.GetValue(HostRoot.Option) ?? "/").TryGet(out var root, out var error))
            throw new Failure(error.Message, Text.Say("Name the directory of a root file system with --root DIR."));
        try
        {
            if (root is { IsLive: true, IsPrivileged: false })
                throw new Failure(Text.Say("only root may look into the homes and stores of all users"), Text.Say("Run it as root."));
            return new CheckTarget(parsed, root, user);
        }
        catch
        {
            root.Dispose();
            throw;
        }
    }

    /// <summary>The machine as it is now; site and accounts are read anew.</summary>
    public async Task<CheckedMachine> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            (_site, _material) = HostSite.Load(_parsed, _root);
            _told = null;
        }
        catch (Failure wrong) when (SiteIsWrong is not null)
        {
            if (_told != wrong.Message)
                SiteIsWrong(wrong.Message);
            _told = wrong.Message;
        }

        var accounts = await AccountFiles.ReadAsync(_root, TimeProvider.System, _user is { } asked ? [asked] : [.. _site.Makers], cancellation);
        if (!accounts.TryGet(out var found, out var error))
            throw new Failure(error.Message);
        var users = CheckedUsers.Of(found, _site.Groups, _user);
        return users.Count > 0 || _user is null
            ? new CheckedMachine(_root, _site, users, TimeProvider.System)
            : throw new Failure(Text.Say($"no user is called {_user}"));
    }

    /// <inheritdoc/>
    public void Dispose() => _root.Dispose();
}
