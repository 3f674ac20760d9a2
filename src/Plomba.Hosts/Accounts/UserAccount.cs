using Plomba.Hosts.Machines;

namespace Plomba.Hosts.Accounts;

/// <summary>A user of a machine. Every text in it is foreign: it may hold anything but a colon and a line break.</summary>
/// <param name="Name">The account's name, compared exactly.</param>
/// <param name="Id">The user id.</param>
/// <param name="GroupId">The id of the primary group.</param>
/// <param name="Home">The home directory; null where none is written that is an absolute path.</param>
/// <param name="Shell">The login shell; may be empty.</param>
/// <param name="IsLocal">Whether it stands in <c>/etc/passwd</c>; false: a directory service knows it.</param>
public sealed record UserAccount(string Name, uint Id, uint GroupId, MachinePath? Home, string Shell, bool IsLocal)
{
    /// <summary>The owner of its files.</summary>
    public Owner Owner => new(Id, GroupId);
}

/// <summary>A group of a machine.</summary>
/// <param name="Name">Its name, compared exactly.</param>
/// <param name="Id">The group id.</param>
/// <param name="Members">The names written in it; users with this primary group need not be among them.</param>
/// <param name="IsLocal">Whether it stands in <c>/etc/group</c>.</param>
public sealed record GroupAccount(string Name, uint Id, IReadOnlyList<string> Members, bool IsLocal);
