using Plomba.Hosts.Accounts;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Nodes;
using Plomba.Images;
using Plomba.Site.Names;
using Plomba.Trust.Configuration;
using Plomba.Trust.Configuration.RegistriesConf;
using Plomba.Trust.Configuration.RegistriesD;
using Plomba.Trust.Policy;
using Plomba.Trust.SimpleSigning;

namespace Plomba.Hosts.Adopting;

/// <summary>What is asked of a deployment.</summary>
public sealed record AdoptionRequest
{
    /// <summary>Directories with <c>keys</c> and <c>sigstore</c> in them; empty: <c>/var/sigstore</c>.</summary>
    public IReadOnlyList<MachinePath> Directories { get; init; } = [];

    /// <summary>The registry's name, when the files do not tell it.</summary>
    public HostName? Registry { get; init; }

    /// <summary>Why a content is no signature of a manifest; null: it is. The rule of the registry that will serve it.</summary>
    public required Func<ReadOnlyMemory<byte>, Digest, string?> RefuseSignature { get; init; }
}

/// <summary>
/// Reads a deployment that was made by hand. Everything in it is foreign: files are read below the root as <see cref="MachineRoot"/> reads,
/// with limits, nothing is run, and nothing is changed.
/// </summary>
public static class DeploymentReader
{
    private const string PolicyPath = "/etc/containers/policy.json";
    private const string StoresPath = "/etc/containers/registries.d";

    /// <summary>Reads it all.</summary>
    public static async Task<FoundDeployment> ReadAsync(MachineRoot root, AdoptionRequest request, TimeProvider clock, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(request);
        var findings = new AdoptionFindings();
        var files = new MachineTrustFiles(root);
        var reading = await AccountFiles.ReadAsync(root, clock, [], cancellation);
        if (!reading.TryGet(out var accounts, out var error))
            findings.Warn(AdoptionCode.Unreadable, $"{error.Path}", error.Message);
        var directories = request.Directories.Count > 0 ? request.Directories : [MachinePath.Parse("/var/sigstore")];
        var keys = new KeyFinder(root, clock.GetUtcNow(), findings);
        foreach (var directory in directories)
            keys.ReadDirectory(directory.Below("keys"));
        var services = new ServiceFinder(root, findings);
        services.Read();
        var policy = ReadPolicy(root, findings);
        var registries = RegistriesConfiguration.Load(null, new TrustEnvironment("/root", IsRoot: true, _ => null), files, out var mistake);
        if (registries is null)
            findings.Warn(AdoptionCode.Unreadable, "/etc/containers/registries.conf", $"{mistake}");
        var stores = SignatureStores.Load(StoresPath, files, out mistake);
        if (stores is null)
            findings.Blocked(AdoptionCode.Unreadable, StoresPath, $"{mistake}");

        var names = new NameFinder(root, findings);
        var registry = names.Registry(policy, PolicyPath, registries, request.Registry);
        if (registry is null)
            return new FoundDeployment { Keys = keys.Keys, Volumes = services.FoundVolumes, OldServices = services.Services, Findings = InOrder(findings) };
        var signatures = names.Signatures(stores, registry.Value, services.WebPorts);
        var makers = new MakerFinder(root, accounts, MakerGroup, findings);
        makers.ReadHomes(registry.Value);
        var namespaces = policy is null ? [] : new PolicyTakeover(keys, findings).Read(policy, PolicyPath, registry.Value);
        var tree = new SignatureTree(root, accounts, new OpenPgpMechanism(clock).Import(keys.Sources), request.RefuseSignature, findings);
        foreach (var directory in directories.Select(d => d.Below("sigstore")).Concat(makers.StagingTrees).Distinct())
            tree.Read(directory);
        var isInsecure = registries?.Find($"{registry.Value}/x")?.Insecure ?? false;
        Remark(files, root, registry.Value, isInsecure, findings);
        return new FoundDeployment
        {
            Registry = registry,
            Signatures = signatures,
            RegistryAddress = names.Address(registry.Value),
            SignaturesAddress = signatures is null || signatures.Value.Host == registry.Value.Host ? null : names.Address(signatures.Value),
            IsInsecure = isInsecure,
            Keys = keys.Keys,
            Namespaces = [.. namespaces.Select(n => makers.With(n, tree.Found))],
            MakerGroup = MakerGroup,
            FoundSignatures = tree.Found,
            Volumes = services.FoundVolumes,
            OldServices = services.Services,
            Findings = InOrder(findings),
        };
    }

    private static AccountName MakerGroup => AccountName.TryParse("podman_dev", out var name, out _) ? name : default;

    private static SignaturePolicy? ReadPolicy(MachineRoot root, AdoptionFindings findings)
    {
        if (!root.Read(MachinePath.Parse(PolicyPath), PolicyReader.MaximumLength).TryGet(out var content, out var error))
        {
            findings.Blocked(AdoptionCode.Unreadable, PolicyPath, error.Message);
            return null;
        }

        var reading = PolicyReader.Read(content);
        foreach (var mistake in reading.Mistakes)
            findings.Blocked(AdoptionCode.Unreadable, PolicyPath, $"{mistake.Line}:{mistake.Column}: {mistake.Message}");
        return reading.Policy;
    }

    private static void Remark(MachineTrustFiles files, MachineRoot root, HostName registry, bool isInsecure, AdoptionFindings findings)
    {
        foreach (var name in files.List(StoresPath).Names.Where(n => n.EndsWith(".yaml", StringComparison.Ordinal)))
        {
            var file = MachinePath.Parse(StoresPath).Below(name);
            if (root.Read(file, SignatureStores.MaximumLength).TryGet(out var content, out _) && DefinesDefault(content.Span))
                findings.Note(AdoptionCode.DefaultDocker, $"{file}", Text.Say("it defines default-docker, which holds for every registry and may be defined once only; the new files name this registry alone"));
        }

        var crio = CrioConfiguration.Read(files);
        if (crio.InsecureRegistries.Contains(registry.Text, StringComparer.Ordinal))
            findings.Note(AdoptionCode.Crio, crio.InsecureRegistriesFile, Text.Say("insecure_registries has no effect from CRI-O 1.35 on; registries.conf says the same for every version"));
        if (crio.SignaturePolicy.Value.Length > 0 && crio.SignaturePolicy.Value != PolicyPath)
            findings.Warn(AdoptionCode.Crio, crio.SignaturePolicy.File, Text.Say("signature_policy names another file than the system's policy: CRI-O decides by that one, and it is not taken over"));
        foreach (var name in (string[])["policy.json", "registries.d", "registries.conf"])
        {
            var own = MachinePath.Parse($"/root/.config/containers/{name}");
            if (root.Exists(own))
                findings.Warn(AdoptionCode.RootShadows, $"{own}", Text.Say("for root, and for CRI-O, this hides what stands in /etc/containers: take it away"));
        }

        foreach (var mistake in crio.Mistakes)
            findings.Warn(AdoptionCode.Unreadable, "/etc/crio", mistake);
        if (!isInsecure && !registry.IsLoopback)
            findings.Blocked(AdoptionCode.Tls, "/etc/containers/registries.conf", Text.Say("clients expect TLS from the registry, and nothing tells where its certificate is: name it in [registry] tls of the new site, or make one with plomba tls init"));
        if (isInsecure)
            findings.Note(AdoptionCode.Unprotected, "", Text.Say("the registry speaks no TLS, and takes pushes from everybody: the new site asks makers for passwords, which travel unencrypted until it has a certificate (plomba tls init)"));
    }

    private static bool DefinesDefault(ReadOnlySpan<byte> content) =>
        content.StartsWith("default-docker:"u8) || content.IndexOf("\ndefault-docker:"u8) >= 0 || content.IndexOf("\"default-docker\""u8) >= 0;

    private static List<AdoptionFinding> InOrder(AdoptionFindings findings) => [.. findings.All.OrderBy(f => f.Severity)];
}
