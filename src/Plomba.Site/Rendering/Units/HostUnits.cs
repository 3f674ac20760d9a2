namespace Plomba.Site.Rendering.Units;

/// <summary>
/// The units of a machine that is held to its role: one that watches and repairs, one that looks at everything once an hour,
/// and one that keeps a joined machine's trust files current. They are the same on every machine of every site.
/// </summary>
public static class HostUnits
{
    /// <summary>Watches at once and repairs.</summary>
    public const string WatchService = "plomba-host-watch.service";

    /// <summary>Looks at everything; fails when it finds something.</summary>
    public const string CheckService = "plomba-host-check.service";

    /// <summary>Starts <see cref="CheckService"/>.</summary>
    public const string CheckTimer = "plomba-host-check.timer";

    /// <summary>Fetches the site's trust files.</summary>
    public const string UpdateService = "plomba-host-update.service";

    /// <summary>Starts <see cref="UpdateService"/>.</summary>
    public const string UpdateTimer = "plomba-host-update.timer";

    // What it takes to see files and the environment of processes of every user: without CAP_SYS_PTRACE the latter is closed to root too.
    private const string Looking = "CAP_DAC_READ_SEARCH CAP_SYS_PTRACE";

    // What it takes to mend them besides.
    private const string Mending = $"{Looking} CAP_DAC_OVERRIDE CAP_CHOWN CAP_FOWNER CAP_FSETID CAP_LINUX_IMMUTABLE";

    // These reach every file by openat2, which RestrictSUIDSGID= takes away altogether, because no filter sees its arguments.
    // And they look where any user may keep images, which a /tmp of their own would hide.
    private static readonly string Hardened = Hardening.Lines
        .Replace("RestrictSUIDSGID=yes\n", "", StringComparison.Ordinal)
        .Replace("PrivateTmp=yes\n", "", StringComparison.Ordinal);

    private const string Header = "# Written by plomba. Change it with: systemctl edit NAME\n";

    /// <summary>The units of every machine in a role, by their file's name.</summary>
    /// <param name="program">Absolute path of the program on the machine.</param>
    public static IReadOnlyList<(string Name, string Text)> Render(string program)
    {
        ArgumentNullException.ThrowIfNull(program);
        return
        [
            (WatchService, Watch(UnitText.Word(program))),
            (CheckService, Check(UnitText.Word(program))),
            (CheckTimer, RenderTimer("look at the machine", "OnCalendar=hourly", "10min")),
        ];
    }

    /// <summary>The units of a machine that has joined a site.</summary>
    /// <param name="program">Absolute path of the program on the machine.</param>
    public static IReadOnlyList<(string Name, string Text)> RenderForJoined(string program)
    {
        ArgumentNullException.ThrowIfNull(program);
        return [(UpdateService, Update(UnitText.Word(program))), (UpdateTimer, RenderTimer("ask for new trust files", "OnCalendar=*:0/15", "5min"))];
    }

    private static string Watch(string program) => $"""
        {Header}[Unit]
        Description=Plomba: watch that this machine keeps to its role, and mend it
        StartLimitIntervalSec=0

        [Service]
        Type=exec
        ExecStart={program} host watch --fix
        Restart=always
        RestartSec=5s
        UMask=0077
        # Homes may be anywhere, so only what no role ever changes is closed.
        {Hardened.Replace("ProtectSystem=strict", "ProtectSystem=yes", StringComparison.Ordinal)}CapabilityBoundingSet={Mending}
        RestrictAddressFamilies=AF_UNIX
        IPAddressDeny=any
        SystemCallFilter=@system-service
        SystemCallFilter=~@resources @keyring

        [Install]
        WantedBy=multi-user.target

        """;

    private static string Check(string program) => $"""
        {Header}[Unit]
        Description=Plomba: look whether this machine keeps to its role

        [Service]
        Type=oneshot
        ExecStart={program} host check
        UMask=0077
        {Hardened}ProtectHome=read-only
        CapabilityBoundingSet={Looking}
        RestrictAddressFamilies=AF_UNIX
        IPAddressDeny=any
        SystemCallFilter=@system-service
        SystemCallFilter=~@privileged @resources

        """;

    private static string Update(string program) => $"""
        {Header}[Unit]
        Description=Plomba: keep the trust files of the joined site current
        Wants=network-online.target
        After=network-online.target
        # A machine that has left its site has nobody to ask.
        ConditionPathExists=/etc/plomba/joined/joined.json

        [Service]
        Type=oneshot
        ExecStart={program} host join --refresh
        ExecStart={program} host check --fix
        TimeoutStartSec=10min
        UMask=0077
        {Hardened.Replace("ProtectSystem=strict", "ProtectSystem=yes", StringComparison.Ordinal)}CapabilityBoundingSet={Mending}
        RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
        SystemCallFilter=@system-service
        SystemCallFilter=~@resources @keyring

        """;

    /// <summary>A timer that starts the service of its name, also when the machine was off at that time.</summary>
    internal static string RenderTimer(string what, string when, string spread) => $"""
        {Header}[Unit]
        Description=Plomba: when to {what}

        [Timer]
        {when}
        RandomizedDelaySec={spread}
        Persistent=true

        [Install]
        WantedBy=timers.target

        """;
}
