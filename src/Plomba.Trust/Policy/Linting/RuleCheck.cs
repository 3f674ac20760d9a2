using System.Collections.Immutable;
using Plomba.Images.Transports;
using Plomba.Trust.Files;
using Plomba.Trust.Policy.Explaining;

namespace Plomba.Trust.Policy.Linting;

/// <summary>Everything to be said about one requirement list of a policy; places are byte offsets.</summary>
internal sealed class RuleCheck(SignaturePolicy policy, ITrustFiles files, PathResolver resolve, DateTimeOffset now, SignatureStoreCheck? stores)
{
    private readonly KeyCheck _keys = new(files, now);
    private readonly AuthorityCheck _authorities = new(files, now);

    public IEnumerable<(int Offset, bool IsError, string Id, string Text)> Find(PolicyTextRule rule)
    {
        var requirements = rule.Scope is null ? policy.Default : policy.Transports[rule.Transport!][rule.Scope];
        if (rule.Transport is { } transport && Transport.Find(transport) is null)
            yield return (rule.Offset, false, PolicyFindingId.TransportUnknown, Text.Say($"no transport is called {QuotedText.Of(transport)}"));
        if (rule.Scope is { } scope && ScopeCheck.Find(rule.Transport!, scope, resolve) is { } problem)
            yield return (rule.Offset, problem.IsError, problem.Id, problem.Text);
        if (Opening(rule, requirements) is var (id, text))
            yield return (rule.Offset, false, id, text);
        if (requirements.Length > 1 && requirements.FirstOrDefault(r => r is InsecureAcceptAnything or Reject) is { } odd)
            yield return (rule.OffsetOf(requirements.IndexOf(odd)), false, PolicyFindingId.RequirementIdle, odd is Reject ? Text.Say("beside reject the other requirements change nothing") : Text.Say("insecureAcceptAnything changes nothing beside other requirements: all of them must be met"));
        foreach (var (index, requirement) in requirements.Index())
        {
            foreach (var finding in OfRequirement(rule, index, requirement))
                yield return finding;
        }

        if (stores is not null && rule.Transport is null or "docker")
        {
            foreach (var (isError, storeId, storeText) in stores?.Find(rule.Scope, requirements) ?? [])
                yield return (rule.Offset, isError, storeId, storeText);
        }
    }

    private IEnumerable<(int Offset, bool IsError, string Id, string Text)> OfRequirement(PolicyTextRule rule, int index, PolicyRequirement requirement)
    {
        foreach (var (isError, id, text, keys) in RequirementCheck.Find(rule.Transport, requirement))
            yield return (rule.OffsetOf(index, keys), isError, id, text);
        foreach (var (isError, id, text, keys) in requirement is SigstoreSigned signed ? _authorities.Find(signed) : [])
            yield return (rule.OffsetOf(index, keys), isError, id, text);
        var sources = requirement switch
        {
            SignedBy { KeyType: SignedByKeyType.GpgKeys } signedBy => _keys.Find(signedBy),
            SigstoreSigned sigstore => _keys.Find(sigstore),
            _ => [],
        };
        foreach (var (source, isError, id, text) in sources)
            yield return (rule.OffsetOfKey(index, source), isError, id, text);
    }

    // A default that accepts is ordinary where nothing is signed yet, but nobody should think it protects.
    private (string Id, string Text)? Opening(PolicyTextRule rule, ImmutableArray<PolicyRequirement> requirements)
    {
        if (PolicyExplanation.OutlookOf(requirements) != PolicyOutlook.Accepted)
            return null;
        if (rule.Scope is null)
            return (PolicyFindingId.DefaultAccepts, Text.Say("everything that no scope is about is let in: write reject, and a scope for what is wanted"));
        if (rule is { Transport: "docker" or "atomic", Scope: "" })
            return (PolicyFindingId.DefaultAccepts, Text.Say($"every {rule.Transport} image that no other scope is about is let in"));
        var wider = WiderScopes.Of(rule.Transport!, rule.Scope).FirstOrDefault();
        return wider is not null && WiderScopes.Choose(policy, rule.Transport!, wider) is { Scope: { Length: > 0 } outer } choice
            && PolicyExplanation.OutlookOf(choice.Requirements) == PolicyOutlook.Signatures
            ? (PolicyFindingId.ScopeOpens, Text.Say($"unsigned images of {QuotedText.Of(rule.Scope)} are let in although {QuotedText.Of(outer)} asks for signatures"))
            : null;
    }
}
