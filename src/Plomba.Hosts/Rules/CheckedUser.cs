using System.Collections.Immutable;
using Plomba.Trust.Configuration;

namespace Plomba.Hosts.Rules;

/// <summary>What somebody is to the site.</summary>
public enum UserKind
{
    /// <summary>root: the administrator, and the daemons that run as root.</summary>
    Root,

    /// <summary>Member of the makers' group: builds and signs.</summary>
    Maker,

    /// <summary>Member of the users' group and no maker: may pull and run what is signed.</summary>
    Client,

    /// <summary>Anybody else: has no business with images.</summary>
    Other,
}

/// <summary>A real user of the machine: root, or a person's account.</summary>
/// <param name="Name">The account's name.</param>
/// <param name="Uid">Its number.</param>
/// <param name="Home">Its home directory, absolute.</param>
/// <param name="Kind">What it is to the site.</param>
/// <param name="Groups">The names of all its groups, the primary one too.</param>
public sealed record CheckedUser(string Name, uint Uid, string Home, UserKind Kind, ImmutableArray<string> Groups)
{
    /// <summary>Whose configuration counts: that in the home; what a login shell might set is looked for by rules of its own.</summary>
    public TrustEnvironment Environment => new(Home, Uid == 0, static _ => null);

    /// <summary><c>~/.config/containers</c>.</summary>
    public string ConfigurationDirectory => $"{Home.TrimEnd('/')}/.config/containers";

    /// <summary>Membership is exact: <c>podman_dev</c> is not <c>podman</c>.</summary>
    public bool IsIn(string group) => Groups.Contains(group, StringComparer.Ordinal);
}
