using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Plomba.Hosts.Machines;

namespace Plomba.Hosts.Adopting;

/// <summary>The services of a deployment: the registry's unit and volume, the web server's ports. Files are read as text, nothing is run.</summary>
internal sealed partial class ServiceFinder(MachineRoot root, AdoptionFindings findings)
{
    private const int LongestFile = 1024 * 1024;
    private const int MaximumFiles = 300_000;

    private static readonly string[] UnitDirectories = ["/etc/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system", "/usr/local/lib/systemd/system"];
    private static readonly string[] WebDirectories = ["/etc/nginx/conf.d", "/etc/nginx/sites-enabled", "/etc/nginx/sites-enabled.d", "/etc/nginx/http.d"];
    private static readonly string[] RegistryConfigurations = ["/etc/docker-registry/config.yml", "/etc/docker/registry/config.yml", "/etc/distribution/config.yml"];
    private static readonly string[] UsualVolumes = ["/var/lib/registry", "/var/lib/docker-registry"];
    private const string Volumes = "/var/lib/containers/storage/volumes";

    private int _files;

    /// <summary>Ports of web servers whose root holds signatures.</summary>
    public List<int> WebPorts { get; } = [];

    /// <summary>Names of units that hold the ports, for a person to stop.</summary>
    public List<string> Services { get; } = [];

    public List<FoundVolume> FoundVolumes { get; } = [];

    /// <summary>Looks everywhere the recipe and the packages put such things.</summary>
    public void Read()
    {
        foreach (var directory in UnitDirectories)
            ReadUnits(MachinePath.Parse(directory));
        foreach (var file in WebDirectories.SelectMany(d => FilesOf(MachinePath.Parse(d))).Append(MachinePath.Parse("/etc/nginx/nginx.conf")))
            ReadWebServer(file);
        var roots = UsualVolumes.Select(MachinePath.Parse)
            .Concat(FilesOf(MachinePath.Parse(Volumes)).Select(v => v.Below("_data")))
            .Concat(RegistryConfigurations.SelectMany(c => RootDirectories(MachinePath.Parse(c))))
            .Concat(Mounts)
            .Distinct();
        foreach (var volume in roots)
            ReadVolume(volume);
    }

    private List<MachinePath> Mounts { get; } = [];

    private void ReadUnits(MachinePath directory)
    {
        foreach (var unit in FilesOf(directory).Where(u => u.Name.EndsWith(".service", StringComparison.Ordinal)))
        {
            if (ReadText(unit) is not { } text || !text.Contains("registry", StringComparison.OrdinalIgnoreCase) || !text.Contains("ExecStart", StringComparison.Ordinal)
                || text.Contains("plomba", StringComparison.Ordinal) || Services.Contains(unit.Name, StringComparer.Ordinal))
                continue;
            if (!Serves().IsMatch(text))
                continue;
            Services.Add(unit.Name);
            var isVendors = !unit.Text.StartsWith("/etc/", StringComparison.Ordinal);
            findings.Note(AdoptionCode.OldService, $"{unit}", OneContainer().IsMatch(text)
                ? Text.Say("this unit starts one container by its number: when that is removed nothing starts. Stop and disable it before the new server takes its port")
                : isVendors
                ? Text.Say("this unit stands among those of packages. Stop and disable it before the new server takes its port")
                : Text.Say("stop and disable it before the new server takes its port"));
            foreach (Match mount in Mount().Matches(text))
            {
                var source = mount.Groups["source"].Value;
                if (MachinePath.TryParse(source.StartsWith('/') ? source : $"{Volumes}/{source}/_data", out var path, out _))
                    Mounts.Add(path);
            }
        }
    }

    // Only what stands beside a root of signatures matters; everything else of a web server is its owner's.
    private void ReadWebServer(MachinePath file)
    {
        if (ReadText(file) is not { } text || !SignatureRoot().IsMatch(text))
            return;
        foreach (Match listen in Listen().Matches(text))
        {
            if (int.TryParse(listen.Groups["port"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535 && !WebPorts.Contains(port))
                WebPorts.Add(port);
        }

        if (!Services.Contains("nginx.service", StringComparer.Ordinal))
            Services.Add("nginx.service");
        findings.Note(AdoptionCode.OldService, $"{file}", Text.Say("the web server shows signatures and keys here: take this file away, or stop the server, before the new one takes its port"));
    }

    private IEnumerable<MachinePath> RootDirectories(MachinePath configuration)
    {
        if (ReadText(configuration) is not { } text)
            yield break;
        foreach (Match match in RootDirectory().Matches(text))
        {
            if (MachinePath.TryParse(match.Groups["path"].Value, out var path, out _))
                yield return path;
        }
    }

    private void ReadVolume(MachinePath volume)
    {
        if (!root.Status(volume.Below("docker/registry/v2/repositories")).TryGet(out var status, out _) || status.Kind != NodeKind.Directory)
            return;
        _files = 0;
        var bytes = SizeOf(volume.Below("docker/registry/v2"), 0);
        var found = new FoundVolume(volume, bytes, _files <= MaximumFiles);
        FoundVolumes.Add(found);
        var mebibytes = (bytes >> 20).ToString(CultureInfo.InvariantCulture);
        findings.Note(AdoptionCode.Volume, $"{volume}", found.IsComplete
            ? Text.Say($"the images, {mebibytes} MiB, stay where they are: push them to the new server with skopeo sync or skopeo copy --all --preserve-digests")
            : Text.Say($"the images, more than {mebibytes} MiB, stay where they are: push them to the new server with skopeo sync or skopeo copy --all --preserve-digests"));
    }

    private long SizeOf(MachinePath directory, int depth)
    {
        if (depth > 32 || _files > MaximumFiles || !root.List(directory, MaximumFiles).TryGet(out var entries, out _))
            return 0;
        var bytes = 0L;
        foreach (var entry in entries)
        {
            if (++_files > MaximumFiles)
                return bytes;
            if (!root.Status(entry.Path).TryGet(out var status, out _))
                continue;
            bytes += status.Kind switch
            {
                NodeKind.File => status.Size,
                NodeKind.Directory => SizeOf(entry.Path, depth + 1),
                _ => 0,
            };
        }

        return bytes;
    }

    private IEnumerable<MachinePath> FilesOf(MachinePath directory) =>
        root.List(directory, 10_000).TryGet(out var entries, out _) ? entries.Select(e => e.Path) : [];

    private string? ReadText(MachinePath file) =>
        root.Read(file, LongestFile).TryGet(out var content, out _) ? Encoding.Latin1.GetString(content.Span) : null;

    [GeneratedRegex(@"^\s*ExecStart\s*=.*\b(?:podman|docker-registry|registry\s+serve|distribution)\b", RegexOptions.Multiline | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Serves();

    [GeneratedRegex(@"^\s*ExecStart\s*=.*podman\s+start\s+(?:-a\s+)?[0-9a-f]{12,64}\b", RegexOptions.Multiline | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex OneContainer();

    [GeneratedRegex(@"(?:-v|--volume)[ =](?<source>[A-Za-z0-9_./-]{1,1024}):/var/lib/registry", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Mount();

    [GeneratedRegex(@"^\s*rootdirectory\s*:\s*(?<path>/[^\s#""']{1,1024})", RegexOptions.Multiline | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex RootDirectory();

    [GeneratedRegex(@"\b(?:root|alias)\s+[^;]*sigstore", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex SignatureRoot();

    [GeneratedRegex(@"\blisten\s+(?:[0-9.]+:|\[[0-9a-fA-F:]*\]:)?(?<port>[0-9]{1,5})\b", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Listen();
}
