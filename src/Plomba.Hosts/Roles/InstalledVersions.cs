using System.Text;
using Plomba.Files;
using Plomba.Hosts.Machines;
using Plomba.Site.Rendering;

namespace Plomba.Hosts.Roles;

/// <summary>Which podman and CRI-O a machine has: the files they read differ by version.</summary>
public static class InstalledVersions
{
    private const int LongestPackageList = 64 * 1024 * 1024;

    // Not PATH: root's may name a directory of somebody else's.
    private static readonly MachinePath[] Places =
        [.. new[] { "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/bin", "/sbin" }.Select(MachinePath.Parse)];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

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
            ? new ClientVersions(
                read.Podman ?? await AskAsync(root, Places, "podman", Patience, cancellation),
                read.Crio ?? await AskAsync(root, Places, "crio", Patience, cancellation))
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

    /// <summary>What a program of root's says of itself; null where there is none, or it does not say it in time.</summary>
    /// <param name="root">The running machine.</param>
    /// <param name="places">Where it may be.</param>
    /// <param name="program">Its name.</param>
    /// <param name="patience">How long it is waited for.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    internal static async Task<ReleaseVersion?> AskAsync(
        MachineRoot root, IEnumerable<MachinePath> places, string program, TimeSpan patience, CancellationToken cancellation)
    {
        if (places.Select(p => (MachinePath?)p.Below(program)).FirstOrDefault(p => root.IsRootsAlone(p!.Value)) is not { } path)
            return null;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        end.CancelAfter(patience);
        try
        {
            // "podman version 4.3.1", "crio version 1.28.4" and more lines.
            var answer = await ChildProcess.RunAsync(path.Text, ["--version"], cancellation: end.Token);
            return answer.Text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
                .Select(word => ReleaseVersion.TryParse(word, out var version) ? version : null)
                .FirstOrDefault(version => version is not null);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }
}
