using Plomba.Hosts.Machines;
using Plomba.Site.Names;

namespace Plomba.Hosts.Plans;

/// <summary>What makes a running machine take notice of changed files.</summary>
public enum ActivationKind
{
    /// <summary><c>systemctl daemon-reload</c></summary>
    ReloadUnits,

    /// <summary><c>systemctl restart UNIT</c>: starts what does not run. After an undo that removes the unit: stopped.</summary>
    Restart,

    /// <summary><c>systemctl try-reload-or-restart UNIT</c>: what does not run is left alone.</summary>
    Reload,

    /// <summary><c>systemctl stop UNIT</c></summary>
    Stop,

    /// <summary><c>sysctl --load FILE</c></summary>
    LoadKernelSettings,
}

/// <summary>
/// Done after the changes, in the order the roles name them, only on the running machine and with systemd; reported and
/// tried again by the next <c>apply</c> when it fails. Arguments never pass a shell.
/// </summary>
/// <param name="Kind">What.</param>
/// <param name="Subject">The unit's name, or the file of kernel settings; empty for <see cref="ActivationKind.ReloadUnits"/>.</param>
/// <param name="After">It is done when one of these paths, or something below, changes; empty: when anything changes.</param>
public sealed record Activation(ActivationKind Kind, string Subject, params IReadOnlyList<MachinePath> After)
{
    /// <summary>Whose service manager; null: the system's.</summary>
    public AccountName? User { get; init; }

    /// <summary>Whether these changes ask for it.</summary>
    public bool IsNeeded(IEnumerable<Change> changes) =>
        changes.Any(c => After.Count == 0 || After.Any(p => p == c.Path || c.Path.IsIn(p)));

    /// <summary>As a person would type it.</summary>
    public string Command => string.Join(' ', Arguments.Prepend(Program));

    /// <summary>The program that does it.</summary>
    public string Program => Kind == ActivationKind.LoadKernelSettings ? "sysctl" : "systemctl";

    /// <summary>The program's arguments.</summary>
    public IReadOnlyList<string> Arguments
    {
        get
        {
            string[] whose = User is { } user ? ["--user", $"--machine={user}@"] : [];
            return Kind switch
            {
                ActivationKind.ReloadUnits => [.. whose, "daemon-reload"],
                ActivationKind.Restart => [.. whose, "restart", "--", Subject],
                ActivationKind.Reload => [.. whose, "try-reload-or-restart", "--", Subject],
                ActivationKind.Stop => [.. whose, "stop", "--", Subject],
                _ => ["--load", Subject],
            };
        }
    }
}
