using System.Security.Cryptography;
using Plomba.Hosts.Rules.Configuration;
using Plomba.Images;
using Plomba.Transfer.Registries;
using Plomba.Trust.Configuration.RegistriesConf;
using Plomba.Trust.Configuration.RegistriesD;

namespace Plomba.Hosts.Rules.Network;

/// <summary>A server that the machine's configuration sends its pulls to.</summary>
/// <param name="Subject">As it is configured: a registry's name, a lookaside's URL without user information.</param>
/// <param name="Registry">Whose certificates count.</param>
/// <param name="Urls">What is asked, the next where the one before gets no answer.</param>
/// <param name="IsInsecure">Whether registries.conf lets it be reached without a known certificate.</param>
/// <param name="IsLookaside">Whether it is asked for a signature that cannot be there; else for the registry's API.</param>
internal sealed record NetworkQuestion(string Subject, RegistryHost Registry, IReadOnlyList<Uri> Urls, bool IsInsecure, bool IsLookaside)
{
    /// <summary>All there are, each once: the site's registry, those of registries.conf, and the lookasides of every registries.d.</summary>
    public static IReadOnlyList<NetworkQuestion> Of(CheckedMachine machine)
    {
        var registries = RegistriesConfiguration.Load(null, CheckedMachine.SystemEnvironment, machine.Files, out _) ?? RegistriesConfiguration.Empty; // P119
        return
        [
            .. Registries(machine, registries).Select(r => OfRegistry(r.Name, r.IsInsecure)).OfType<NetworkQuestion>()
                .Concat(Lookasides(machine, registries)).DistinctBy(q => (q.Subject, q.Registry)),
        ];
    }

    private static IEnumerable<(string Name, bool IsInsecure)> Registries(CheckedMachine machine, RegistriesConfiguration registries)
    {
        if (machine.Site is { } site)
            yield return (site.Registry.Name.Text, IsReachedInsecurely(registries, site.Registry.Name.Text));
        foreach (var entry in registries.Registries.Where(e => !e.Blocked))
        {
            yield return (entry.Location, entry.Insecure);
            foreach (var mirror in entry.Mirrors)
                yield return (mirror.Location, mirror.Insecure);
        }
    }

    // Where a certificate is no matter, podman asks by https first and then without.
    private static NetworkQuestion? OfRegistry(string location, bool isInsecure)
    {
        var name = location.Split('/')[0];
        if (!RegistryHost.TryParse(name, out var host) || !Uri.TryCreate($"https://{Authority(name)}/v2/", UriKind.Absolute, out var secure))
            return null;
        Uri[] urls = isInsecure ? [secure, new Uri($"http://{Authority(name)}/v2/")] : [secure];
        return new NetworkQuestion(name, host, urls, isInsecure, IsLookaside: false);
    }

    private static IEnumerable<NetworkQuestion> Lookasides(CheckedMachine machine, RegistriesConfiguration registries)
    {
        foreach (var (_, environment) in Lookaside.Environments(machine))
        {
            foreach (var (scope, entry) in machine.SignatureStoresOf(environment, out _)?.Entries ?? [])
            {
                if (entry.ForReading is { } text && OfLookaside(text, scope, registries) is { } question)
                    yield return question;
            }
        }
    }

    // A repository of the scope that nobody has, and a manifest that nobody can know.
    private static NetworkQuestion? OfLookaside(string text, string? scope, RegistriesConfiguration registries)
    {
        if (!StoreUrl.TryParse(text, out var store, out _) || store.Scheme is not ("http" or "https"))
            return null;
        var path = scope is not null && scope.Contains('/', StringComparison.Ordinal) ? scope[(scope.IndexOf('/', StringComparison.Ordinal) + 1)..].Split(':', '@')[0] + "/" : "";
        var registry = scope?.Split('/')[0] ?? store.Host;
        if (!RepositoryName.TryParse($"{path}plomba-host-check", out var repository)
            || !RegistryHost.TryParse(registry, out var host)
            || !Digest.TryParse($"sha256:{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32))}", out var digest)
            || !Uri.TryCreate(store.Below(repository).Signature(digest, 1).Shown, UriKind.Absolute, out var url))
        {
            return null;
        }

        return new NetworkQuestion(store.Shown, host, [url], IsReachedInsecurely(registries, registry), IsLookaside: true);
    }

    private static bool IsReachedInsecurely(RegistriesConfiguration registries, string name) => registries.Find(name)?.Insecure == true;

    // Docker Hub's registry has another name than its images bear.
    private static string Authority(string name) => name == "docker.io" ? "registry-1.docker.io" : name;
}
