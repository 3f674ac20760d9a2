using System.Text;
using Plomba.Files;
using Plomba.Hosts.Machines;
using Plomba.Site.Rendering;

namespace Plomba.Hosts.Roles;

/// <summary>Which podman and CRI-O a machine has: the files they read differ by version.</summary>
public static class InstalledVersions
{
    private const int LongestPackageList = 64 * 1024 * 1024;

    /// <summary>
    /// What the list of installed packages says (dpkg's; others are not read). Null for what it does not name.
    /// </summary>
    public static ClientVersions Read(MachineRoot root)
    {
        ArgumentNullException.ThrowIfNull(root);
        if (!root.Read(MachinePath.Parse("/var/lib/dpkg/status"), LongestPackageList).TryGet(out var status, out _))
            return ClientVersions.Unknown;
        var packages = Encoding.Latin1.GetString(status.Span).Split("\n\n");
        return new ClientVersions(VersionOf(packages, n => n == "podman"), VersionOf(packages, n => n == "cri-o" || n.StartsWith("cri-o-1", StringComparison.Ordinal)));
    }

    /// <summary>The same; on the running machine the programs themselves are asked where the packages say nothing.</summary>
    public static async Task<ClientVersions> FindAsync(MachineRoot root, CancellationToken cancellation)
    {
        var read = Read(root);
        return root.IsLive
            ? new ClientVersions(read.Podman ?? await AskAsync("podman", cancellation), read.Crio ?? await AskAsync("crio", cancellation))
            : read;
    }

    private static ReleaseVersion? VersionOf(string[] packages, Func<string, bool> isMeant)
    {
        foreach (var package in packages)
        {
            if (Field(package, "Package") is { } name && isMeant(name)
                && Field(package, "Status")?.EndsWith(" installed", StringComparison.Ordinal) == true
                && Field(package, "Version") is { } text && ReleaseVersion.TryParse(text, out var version))
                return version;
        }

        return null;
    }

    private static string? Field(string package, string name)
    {
        var at = package.StartsWith($"{name}: ", StringComparison.Ordinal) ? 0 : package.IndexOf($"\n{name}: ", StringComparison.Ordinal) + 1;
        if (at == 0 && !package.StartsWith($"{name}: ", StringComparison.Ordinal))
            return null;
        var start = at + name.Length + 2;
        var end = package.IndexOf('\n', start);
        return package[start..(end < 0 ? package.Length : end)];
    }

    // "podman version 4.3.1", "crio version 1.28.4" and more lines.
    private static async Task<ReleaseVersion?> AskAsync(string program, CancellationToken cancellation)
    {
        if (!ChildProcess.IsInstalled(program))
            return null;
        var answer = await ChildProcess.RunAsync(program, ["--version"], cancellation: cancellation);
        return answer.Text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .Select(word => ReleaseVersion.TryParse(word, out var version) ? version : null)
            .FirstOrDefault(version => version is not null);
    }
}
