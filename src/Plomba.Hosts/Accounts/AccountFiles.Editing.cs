using System.Globalization;
using System.Text;
using Plomba.Files;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;
using Plomba.Site.Names;

namespace Plomba.Hosts.Accounts;

// What roles ask for. Whatever is already so changes nothing.
public sealed partial class AccountFiles
{
    /// <summary>A group of that name; an existing one stays as it is.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="isSystem">Whether a new one gets a number of the system's range.</param>
    /// <param name="why">For people.</param>
    /// <returns>The group as it will be; null with a finding where no number is free.</returns>
    public GroupAccount? EnsureGroup(AccountName name, bool isSystem, string why) => Group(name) ?? AddGroup(name, isSystem, preferred: null, why);

    /// <summary>A user of that name; an existing one stays as it is, its home and shell included.</summary>
    /// <returns>The user as it will be; null with a finding where that is not possible.</returns>
    public UserAccount? EnsureUser(NewUser wanted, string why)
    {
        if (User(wanted.Name) is { } there)
            return there;
        var range = wanted.IsSystem ? _definitions.SystemUsers : _definitions.Users;
        var taken = _users.Select(u => u.Id).ToHashSet();
        if (Free(range, taken, fromTop: wanted.IsSystem) is not { } id)
            return Refuse<UserAccount>(Language.Text.Say($"no number is left for the user {wanted.Name} between {range.First} and {range.Last}"));
        var group = wanted.Group is { } named ? EnsureGroup(named, wanted.IsSystem, why) : Group(wanted.Name) ?? AddGroup(wanted.Name, wanted.IsSystem, id, why);
        if (group is null)
            return null;
        var comment = new string([.. wanted.Comment.Where(c => c is >= ' ' and < '\x7f' and not ':')]);
        AccountLines.Append(_passwd.Lines, string.Create(CultureInfo.InvariantCulture, $"{wanted.Name}:x:{id}:{group.Id}:{comment}:{Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(wanted.Home.Text))}:{wanted.Shell}"));
        Note(_passwd, why);
        var user = new UserAccount(wanted.Name.Text, id, group.Id, wanted.Home, wanted.Shell, IsLocal: true);
        _users.Add(user);
        AddShadow(user, wanted.IsSystem, why);
        return user;
    }

    /// <summary>That a user's name stands in a group. Both must exist or have been asked for.</summary>
    public void EnsureMember(UserAccount user, GroupAccount group, string why)
    {
        var current = _groups.Find(g => g.Name == group.Name) ?? group;
        if (IsMember(user, current))
            return;
        SetMembers(current, [.. current.Members, user.Name], why);
    }

    /// <summary>That a user's name does not stand in a group. A primary group cannot be left: that is a finding.</summary>
    public void RemoveMember(UserAccount user, GroupAccount group, string why)
    {
        var current = _groups.Find(g => g.Name == group.Name) ?? group;
        if (user.GroupId == current.Id)
            Refuse<UserAccount>(Language.Text.Say($"{current.Name} is the primary group of {user.Name}"), Language.Text.Say("Give the user another primary group first: usermod -g."));
        else if (current.Members.Contains(user.Name, StringComparer.Ordinal))
            SetMembers(current, [.. current.Members.Where(m => m != user.Name)], why);
    }

    /// <summary>That a user has ranges of subordinate user and group ids, which rootless containers need.</summary>
    public void EnsureSubordinateIds(UserAccount user, string why)
    {
        EnsureRange(_subuid, _definitions.SubordinateUsers, user, why);
        EnsureRange(_subgid, _definitions.SubordinateGroups, user, why);
    }

    private GroupAccount? AddGroup(AccountName name, bool isSystem, uint? preferred, string why)
    {
        var range = isSystem ? _definitions.SystemGroups : _definitions.Groups;
        var taken = _groups.Select(g => g.Id).ToHashSet();
        if ((preferred is { } number && !taken.Contains(number) ? number : Free(range, taken, fromTop: isSystem)) is not { } id)
            return Refuse<GroupAccount>(Language.Text.Say($"no number is left for the group {name} between {range.First} and {range.Last}"));
        AccountLines.Append(_group.Lines, string.Create(CultureInfo.InvariantCulture, $"{name}:x:{id}:"));
        Note(_group, why);
        if (_gshadow.Status is not null)
        {
            AccountLines.Append(_gshadow.Lines, $"{name}:!::");
            Note(_gshadow, why);
        }

        var group = new GroupAccount(name.Text, id, [], IsLocal: true);
        _groups.Add(group);
        return group;
    }

    private void AddShadow(UserAccount user, bool isSystem, string why)
    {
        // "!" can never be what a password hashes to: nobody logs in with one.
        var day = _time.GetUtcNow().ToUnixTimeSeconds() / 86400;
        var line = string.Create(CultureInfo.InvariantCulture, $"{user.Name}:!:{day}:{(isSystem ? "::::" : "0:99999:7::")}:");
        if (_usesTcb)
        {
            var owner = new Owner(user.Id, _groups.Find(g => g.Name == "auth")?.Id ?? 0);
            var directory = MachinePath.Parse("/etc/tcb").Below(user.Name);
            _tcb.Add(new DesiredDirectory(directory, new(owner, UnixFileMode.SetGroup | DurableFile.PrivateDirectoryMode | UnixFileMode.GroupExecute), why));
            _tcb.Add(new DesiredFile(directory.Below("shadow"), Encoding.ASCII.GetBytes(line + "\n"), new(owner, DurableFile.PrivateMode | UnixFileMode.GroupRead), why));
            return;
        }

        _shadow.Lines.RemoveAll(l => l.StartsWith($"{user.Name}:", StringComparison.Ordinal)); // of an account of that name that is gone
        AccountLines.Append(_shadow.Lines, line);
        Note(_shadow, why);
    }

    private void SetMembers(GroupAccount group, IReadOnlyList<string> members, string why)
    {
        if (!group.IsLocal)
        {
            Refuse<GroupAccount>(Language.Text.Say($"the group {group.Name} is not in /etc/group"), Language.Text.Say("Change its members in the directory service that it comes from."));
            return;
        }

        Edit(_group);
        Edit(_gshadow);
        _groups[_groups.FindIndex(g => g.Name == group.Name)] = group with { Members = members };

        // Both files hold the members in the fourth field.
        void Edit(LineFile file)
        {
            var index = file.Lines.FindIndex(l => l.StartsWith($"{group.Name}:", StringComparison.Ordinal));
            if (index < 0 || file.Lines[index].Split(':') is not { Length: 4 } fields)
                return;
            fields[3] = string.Join(',', members.Select(m => Encoding.Latin1.GetString(NameEncoding.Encode(m)!)));
            file.Lines[index] = string.Join(':', fields);
            Note(file, why);
        }
    }

    private void EnsureRange(LineFile file, (uint First, uint Last, uint Count) numbers, UserAccount user, string why)
    {
        var id = user.Id.ToString(CultureInfo.InvariantCulture);
        var ranges = file.Lines.Select(l => l.Split(':')).Where(f => f.Length == 3)
            .Select(f => (Name: f[0], Start: AccountLines.Number(f[1]), Count: AccountLines.Number(f[2])))
            .Where(r => r is { Start: not null, Count: not null })
            .Select(r => (r.Name, Start: (ulong)r.Start!.Value, Count: (ulong)r.Count!.Value)).ToList();
        if (ranges.Any(r => (r.Name == user.Name || r.Name == id) && r.Count >= numbers.Count))
            return;
        var start = ranges.Select(r => r.Start + r.Count).Append(numbers.First).Max();
        if (start + numbers.Count - 1 > numbers.Last)
        {
            Refuse<UserAccount>(Language.Text.Say($"no range of subordinate ids is left for {user.Name} in {file.Path}"));
            return;
        }

        AccountLines.Append(file.Lines, string.Create(CultureInfo.InvariantCulture, $"{user.Name}:{start}:{numbers.Count}"));
        Note(file, why);
    }

    // As useradd does it: people from the bottom of their range, the system's from the top of theirs.
    private static uint? Free((uint First, uint Last) range, HashSet<uint> taken, bool fromTop)
    {
        for (var offset = 0u; range.Last >= range.First && offset <= range.Last - range.First; offset++)
        {
            var id = fromTop ? range.Last - offset : range.First + offset;
            if (!taken.Contains(id))
                return id;
        }

        return null;
    }

    private T? Refuse<T>(string text, string? hint = null)
        where T : class
    {
        _findings.Add(RoleFinding.Refusal(text, hint));
        return null;
    }
}

/// <summary>A user that may have to be made.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Home">Its home directory, which an entry of the plan creates.</param>
/// <param name="Shell">Absolute path of its login shell.</param>
/// <param name="IsSystem">Whether its number is of the system's range.</param>
public sealed record NewUser(AccountName Name, MachinePath Home, string Shell, bool IsSystem)
{
    /// <summary>Its primary group; null: one of its own, with its name.</summary>
    public AccountName? Group { get; init; }

    /// <summary>What it is; only printable ASCII of it is written.</summary>
    public string Comment { get; init; } = "";
}
