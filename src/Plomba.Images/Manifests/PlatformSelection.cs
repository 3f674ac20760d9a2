using System.Runtime.InteropServices;

namespace Plomba.Images.Manifests;

/// <summary>
/// The platforms an image may be for, from the most to the least wanted (TRUST.md §9). All have the same operating system
/// and architecture; the variants go from the asked one down to what it can still run.
/// </summary>
public sealed class PlatformSelection
{
    private PlatformSelection(string operatingSystem, string architecture, string variant)
    {
        Asked = new Platform(operatingSystem, architecture, variant);
        Wanted = [.. Variants(architecture, variant).Select(one => Asked with { Variant = one })];
    }

    /// <summary>What was asked for, for messages.</summary>
    public Platform Asked { get; }

    /// <summary>Never empty.</summary>
    public IReadOnlyList<Platform> Wanted { get; }

    /// <summary>
    /// This machine's platform, with what is not null or empty put in its place. The variant is detected only together
    /// with the architecture: what an architecture of another machine can run is not known here.
    /// </summary>
    public static PlatformSelection ForHost(string? operatingSystem = null, string? architecture = null, string? variant = null)
    {
        var detected = string.IsNullOrEmpty(architecture) ? HostVariant : "";
        return new(
            string.IsNullOrEmpty(operatingSystem) ? "linux" : operatingSystem,
            string.IsNullOrEmpty(architecture) ? HostArchitecture : architecture,
            string.IsNullOrEmpty(variant) ? detected : variant);
    }

    private static string HostArchitecture => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => "amd64",
        Architecture.X86 => "386",
        Architecture.Armv6 => "arm",
        Architecture.LoongArch64 => "loong64",
        var other => other.ToString().ToLowerInvariant(),
    };

    private static string HostVariant => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.Arm64 => "v8",
        Architecture.Arm => "v7",
        Architecture.Armv6 => "v6",
        _ => "",
    };

    // Without a wish, plain images come first and the known variants after them.
    private static IEnumerable<string> Variants(string architecture, string asked)
    {
        string[] known = architecture switch
        {
            "arm" => ["v8", "v7", "v6", "v5"],
            "arm64" => ["v8"],
            _ => [],
        };
        if (asked.Length == 0)
            return known.Prepend("");
        return (Array.IndexOf(known, asked) is >= 0 and var first ? known[first..] : [asked]).Append("");
    }
}
