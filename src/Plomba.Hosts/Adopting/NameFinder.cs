using System.Net;
using Plomba.Hosts.Machines;
using Plomba.Images;
using Plomba.Site.Names;
using Plomba.Trust.Configuration.RegistriesConf;
using Plomba.Trust.Configuration.RegistriesD;
using Plomba.Trust.Policy;

namespace Plomba.Hosts.Adopting;

/// <summary>The names and addresses of a deployment: what policies, registries.conf, registries.d and /etc/hosts agree on.</summary>
internal sealed class NameFinder(MachineRoot root, AdoptionFindings findings)
{
    private const int LongestFile = 1024 * 1024;

    /// <summary>The registry's name: the one that policies verify, else the one that is named insecure.</summary>
    public Found<HostName>? Registry(SignaturePolicy? policy, string policyFile, RegistriesConfiguration? registries, HostName? told)
    {
        if (told is { } name)
            return new Found<HostName>(name, "--name");
        var verified = policy?.Transports.GetValueOrDefault("docker")?
            .Where(s => s.Value.Any(r => r is SignedBy)).Select(s => new Found<string>(s.Key.Split('/')[0].Split('@')[0], policyFile)) ?? [];
        var insecure = registries?.Registries.Where(r => r.Insecure).Select(r => new Found<string>(r.Prefix.Split('/')[0], "/etc/containers/registries.conf")) ?? [];
        foreach (var candidates in new[] { Parse(verified), Parse(insecure) })
        {
            if (candidates is [var only])
                return only;
            if (candidates.Count > 1)
            {
                findings.Blocked(AdoptionCode.RegistryName, "", Text.Say($"the files speak of several registries ({string.Join(", ", candidates.Select(c => c.Value))}): tell which is the site's with --name"));
                return null;
            }
        }

        findings.Blocked(AdoptionCode.RegistryName, "", Text.Say("no policy verifies a registry and none is named insecure: tell the registry's name with --name"));
        return null;
    }

    /// <summary>The host of signatures, as clients of the old deployment were told; null: the registry's own.</summary>
    /// <param name="stores">The system's registries.d; null: unreadable.</param>
    /// <param name="registry">The registry.</param>
    /// <param name="webPorts">Ports on which a web server shows the signatures.</param>
    public Found<HostName>? Signatures(SignatureStores? stores, HostName registry, IReadOnlyList<int> webPorts)
    {
        if (stores is null || !ImageReference.TryParse($"{registry}/x", out var image))
            return null;
        var choice = stores.ForReading(image, "/");
        if (choice.File is null)
            return null;
        var source = MachinePath.Parse(choice.File).ToString();
        if (!StoreUrl.TryParse(choice.TopLevel, out var url, out var error))
            return Not(source, error);
        if (url.Scheme == "file")
            return null;
        if (!HostName.TryParse(url.Host, out var host, out var why))
            return Not(source, why);
        if (url.Path.Trim('/') != "sigstore")
            return Not(source, Text.Say("the new server shows signatures below /sigstore/ alone"));
        if (host.Port is null && webPorts is [var port] && port != (url.Scheme == "https" ? 443 : 80)
            && HostName.TryParse(FormattableString.Invariant($"{host}:{port}"), out var right, out _))
        {
            findings.Warn(AdoptionCode.LookasidePort, source, Text.Say($"the URL of signatures has no port, so it points at the registry, while the web server shows them on port {port}: with it no signature is ever found. The new site says {right}"));
            return new Found<HostName>(right, source);
        }

        return new Found<HostName>(host, source);

        Found<HostName>? Not(string file, string reason)
        {
            findings.Blocked(AdoptionCode.LookasideUrl, file, Text.Say($"{choice.TopLevel} cannot stay where signatures are read: {reason}"));
            return null;
        }
    }

    /// <summary>The address that /etc/hosts gives a name. One of this machine alone is of no use to others.</summary>
    public Found<IPAddress>? Address(HostName name)
    {
        const string file = "/etc/hosts";
        if (name.IsAddress || !root.Read(MachinePath.Parse(file), LongestFile).TryGet(out var content, out _))
            return null;
        var addresses = new List<IPAddress>();
        foreach (var line in System.Text.Encoding.Latin1.GetString(content.Span).Split('\n'))
        {
            var words = line.Split('#')[0].Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (!words.Skip(1).Contains(name.Host, StringComparer.OrdinalIgnoreCase))
                continue;
            if (IpAddresses.TryParse(words[0], out var address))
                addresses.Add(address);
            else
                findings.Warn(AdoptionCode.HostsAddress, file, Text.Say($"{words[0]} is no address, so nobody finds {name.Host} by it: write the right one into the site"));
        }

        var others = addresses.Where(a => !IPAddress.IsLoopback(a)).Distinct().ToList();
        if (others.Count > 1)
            findings.Warn(AdoptionCode.HostsAddress, file, Text.Say($"{name.Host} has several addresses ({string.Join(", ", others)}): the first counts"));
        return others.Count == 0 ? null : new Found<IPAddress>(others[0], file);
    }

    private static List<Found<HostName>> Parse(IEnumerable<Found<string>> candidates) =>
    [
        .. candidates
            .Select(c => HostName.TryParse(c.Value, out var name, out _) && (name.Port is not null || name.Host == "localhost" || name.Host.Contains('.', StringComparison.Ordinal)) && name.Host != "docker.io"
                ? new Found<HostName>(name, c.Source)
                : null)
            .OfType<Found<HostName>>()
            .DistinctBy(c => c.Value),
    ];
}
