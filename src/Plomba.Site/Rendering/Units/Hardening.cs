namespace Plomba.Site.Rendering.Units;

/// <summary>What every service of ours gives up because it needs none of it (systemd.exec(5), systemd 247 and later).</summary>
internal static class Hardening
{
    /// <summary>Lines of a <c>[Service]</c> section.</summary>
    public const string Lines = """
        NoNewPrivileges=yes
        ProtectSystem=strict
        PrivateTmp=yes
        PrivateDevices=yes
        DevicePolicy=closed
        ProtectKernelTunables=yes
        ProtectKernelModules=yes
        ProtectKernelLogs=yes
        ProtectControlGroups=yes
        ProtectClock=yes
        ProtectHostname=yes
        RestrictNamespaces=yes
        RestrictRealtime=yes
        RestrictSUIDSGID=yes
        LockPersonality=yes
        MemoryDenyWriteExecute=yes
        RemoveIPC=yes
        KeyringMode=private
        SystemCallArchitectures=native
        SystemCallErrorNumber=EPERM

        """;
}
