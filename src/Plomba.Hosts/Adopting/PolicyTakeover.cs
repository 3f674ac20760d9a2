using System.Collections.Immutable;
using Plomba.Hosts.Machines;
using Plomba.Site;
using Plomba.Site.Names;
using Plomba.Trust.Policy;

namespace Plomba.Hosts.Adopting;

/// <summary>Turns the rules of a policy.json into namespaces of a site; what a site cannot say is reported, never bent.</summary>
internal sealed class PolicyTakeover(KeyFinder keys, AdoptionFindings findings)
{
    /// <summary>The namespaces below the registry's name, without makers.</summary>
    /// <param name="policy">The system's policy.</param>
    /// <param name="source">Its file, printable.</param>
    /// <param name="registry">The registry's name.</param>
    public IReadOnlyList<FoundNamespace> Read(SignaturePolicy policy, string source, HostName registry)
    {
        if (policy.Default is not [Reject])
            findings.Warn(AdoptionCode.PolicyOpen, source, Text.Say("the default is not reject: whatever no rule is about is accepted now. The new policy refuses it"));
        foreach (var (transport, scopes) in policy.Transports.OrderBy(t => t.Key, StringComparer.Ordinal).Where(t => t.Key != "docker"))
        {
            foreach (var scope in scopes.Where(s => s.Value is not [Reject]).Select(s => s.Key))
                findings.Blocked(AdoptionCode.Policy, source, Text.Say($"the rule for {transport}:{scope} is not taken over: a site opens no transport but docker. Images that come that way are refused on its clients"));
        }

        var namespaces = new List<FoundNamespace>();
        foreach (var (scope, requirements) in policy.Transports.GetValueOrDefault("docker", ImmutableDictionary<string, ImmutableArray<PolicyRequirement>>.Empty).OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            if (NameOf(scope, registry) is not { } name)
            {
                if (requirements is not [Reject])
                    findings.Blocked(AdoptionCode.Policy, source, Text.Say($"the rule for {scope} is not taken over: it is about another registry than {registry}, or one image alone"));
            }
            else if (Take(name, scope, requirements, source) is { } taken)
            {
                namespaces.Add(taken);
            }
        }

        return namespaces;
    }

    private static NamespaceName? NameOf(string scope, HostName registry)
    {
        if (scope == registry.Text)
            return NamespaceName.Whole;
        return scope.StartsWith($"{registry}/", StringComparison.Ordinal)
            && NamespaceName.TryParse(scope[(registry.Text.Length + 1)..], out var name, out _) && name != NamespaceName.Whole
            ? name
            : null;
    }

    private FoundNamespace? Take(NamespaceName name, string scope, ImmutableArray<PolicyRequirement> requirements, string source)
    {
        if (requirements.Any(r => r is Reject))
            return new FoundNamespace(name, source, [], KeyRequirement.Any, IdentityRule.RepositoryDigestOrExact, []);
        // Beside others, a requirement that everything meets demands nothing.
        var demands = requirements.Where(r => r is not InsecureAcceptAnything).ToList();
        var signed = demands.OfType<SignedBy>().Where(s => s.KeyType == SignedByKeyType.GpgKeys).ToList();
        if (demands.Count == 0)
            return Not(scope, source, Text.Say("it accepts unsigned images, which no site does. Sign them, and name the key in a namespace"));
        if (signed.Count < demands.Count)
            return Not(scope, source, Text.Say("it demands other signatures than OpenPGP's simple signing"));
        var several = signed.Count > 1;
        if (several && signed.Exists(s => s.Keys.Files.Length + s.Keys.Contents.Length > 1))
            return Not(scope, source, Text.Say("it demands one of some keys and one of others, and a site knows \"any\" and \"all\" alone"));
        var identities = signed.Select(s => IdentityOf(s.SignedIdentity)).Distinct().ToList();
        if (identities is not [{ } identity])
            return Not(scope, source, Text.Say("its signedIdentity is none of a site's: exact or repository"));
        var found = signed.SelectMany(s => KeysOf(s.Keys, scope, source)).ToList();
        if (several && found.Contains(null))
            return Not(scope, source, Text.Say("it demands a signature by every key, and one of them cannot be taken over"));
        if (several)
            findings.Warn(AdoptionCode.AllKeys, source, Text.Say($"{scope} demands a signature by every one of {signed.Count} keys: where each maker signs alone no image is accepted. Taken over as it is; require = \"any\" accepts one of them"));
        var names = found.OfType<FoundKey>().Select(k => k.Key.Name).Distinct().ToList();
        return new FoundNamespace(name, source, names, several && names.Count > 1 ? KeyRequirement.All : KeyRequirement.Any, identity, []);
    }

    private FoundNamespace? Not(string scope, string source, string why)
    {
        findings.Blocked(AdoptionCode.Policy, source, Text.Say($"the rule for {scope} is not taken over: {why}"));
        return null;
    }

    private IEnumerable<FoundKey?> KeysOf(KeyMaterial material, string scope, string source)
    {
        foreach (var file in material.Files)
        {
            if (MachinePath.TryParse(file, out var path, out var why))
            {
                yield return keys.Find(path);
                continue;
            }

            findings.Blocked(AdoptionCode.KeyMissing, source, $"{scope}: {why}");
            yield return null;
        }

        foreach (var content in material.Contents)
            yield return keys.Take(content, scope[(scope.LastIndexOf('/') + 1)..], source);
    }

    private static IdentityRule? IdentityOf(SignedIdentity? identity) => identity switch
    {
        null or MatchRepoDigestOrExact => IdentityRule.RepositoryDigestOrExact,
        MatchExact => IdentityRule.Exact,
        MatchRepository => IdentityRule.Repository,
        _ => null,
    };
}
