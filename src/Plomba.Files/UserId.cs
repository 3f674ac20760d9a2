using System.Runtime.InteropServices;

namespace Plomba.Files;

/// <summary>Who this process is to the kernel.</summary>
public static partial class UserId
{
    /// <summary>The effective user id: 0 is root.</summary>
    public static uint Effective { get; } = GetEffectiveUserId();

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUserId();
}
