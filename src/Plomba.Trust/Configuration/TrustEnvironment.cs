namespace Plomba.Trust.Configuration;

/// <summary>Whose configuration is meant. The program fills it in; nothing here asks the machine.</summary>
/// <param name="Home">The home directory (<c>$HOME</c>, else the account's); absolute.</param>
/// <param name="IsRoot">Whether the effective user is root.</param>
/// <param name="Variable">The value of an environment variable; null when it is not set.</param>
public sealed record TrustEnvironment(string Home, bool IsRoot, Func<string, string?> Variable)
{
    /// <summary><c>$HOME/.config/containers/NAME</c>. <c>XDG_CONFIG_HOME</c> is not consulted (TRUST.md §3.1).</summary>
    public string UserFile(string name) => $"{Home.TrimEnd('/')}/.config/containers/{name}";

    /// <summary>
    /// Where programs keep what they learn: <c>/var/cache/containers/NAME</c> for root, else in <c>XDG_CACHE_HOME</c> or
    /// <c>~/.cache</c>.
    /// </summary>
    public string CacheFile(string name)
    {
        if (IsRoot)
            return $"/var/cache/containers/{name}";
        var cache = Variable("XDG_CACHE_HOME") is { Length: > 0 } configured ? configured : $"{Home.TrimEnd('/')}/.cache";
        return $"{cache.TrimEnd('/')}/containers/{name}";
    }

    /// <summary><c>/etc/containers/NAME</c>.</summary>
    public static string SystemFile(string name) => $"/etc/containers/{name}";
}
