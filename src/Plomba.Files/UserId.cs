using System.Runtime.InteropServices;

namespace Plomba.Files;

/// <summary>Who this process is to the kernel.</summary>
public static partial class UserId
{
    /// <summary>The effective user id: 0 is root.</summary>
    public static uint Effective { get; } = GetEffectiveUserId();

    /// <summary>The effective group id.</summary>
    public static uint EffectiveGroup { get; } = GetEffectiveGroupId();

    [LibraryImport("libc", EntryPoint = "getegid")]
    private static partial uint GetEffectiveGroupId();

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUserId();
}
