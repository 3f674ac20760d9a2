using Plomba.Site;

namespace Plomba.Hosts.Adopting;

/// <summary>Where the new site is put. Never inside what the old deployment uses.</summary>
/// <param name="Site">The description.</param>
/// <param name="Keys">The directory of keys, on the server and on every machine.</param>
/// <param name="Data">The directory of the registry's data.</param>
/// <param name="Passwords">The accounts of makers.</param>
public sealed record AdoptionTarget(string Site, string Keys, string Data, string Passwords)
{
    /// <summary>Where a server of this machine looks for them.</summary>
    public static AdoptionTarget Machine { get; } = new(SiteFile.DefaultPath, "/etc/plomba/keys", "/var/lib/plomba", "/etc/plomba/htpasswd");

    /// <summary>All in one directory.</summary>
    public static AdoptionTarget In(string directory) => new(
        Path.Combine(directory, "site.toml"), Path.Combine(directory, "keys"), Path.Combine(directory, "data"), Path.Combine(directory, "htpasswd"));
}
