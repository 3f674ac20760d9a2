using System.Collections.Immutable;
using Plomba.Images.Transports;
using Plomba.Trust.Policy.Explaining;

namespace Plomba.Trust.Policy.Comparing;

/// <summary>Images that two policies decide by different requirements.</summary>
/// <param name="Images">Which: an image's name, a scope with its transport, or <c>default</c>.</param>
/// <param name="Before">What the first policy applies.</param>
/// <param name="After">What the second applies.</param>
internal sealed record PolicyDifference(string Images, PolicyChoice Before, PolicyChoice After);

/// <summary>
/// Compares what policies ask for. Key files are compared by name only: they are not opened. An absent identity and its
/// default written out are the same.
/// </summary>
internal static class PolicyComparison
{
    /// <summary>Every scope of either policy, and what no scope is about, that is decided by different requirements; none: they decide all images alike.</summary>
    public static ImmutableArray<PolicyDifference> Scopes(SignaturePolicy before, SignaturePolicy after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var found = ImmutableArray.CreateBuilder<PolicyDifference>();
        Add(found, "default", new(null, null, null, before.Default), new(null, null, null, after.Default));
        foreach (var transport in before.Transports.Keys.Union(after.Transports.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var scopes = ScopesOf(before, transport).Union(ScopesOf(after, transport), StringComparer.Ordinal).Append("");
            foreach (var scope in scopes.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            {
                var (old, @new) = (WiderScopes.Choose(before, transport, scope), WiderScopes.Choose(after, transport, scope));
                // What neither policy has a scope for is the default's affair.
                if (old.Scope is not null || @new.Scope is not null)
                    Add(found, new PolicyRule(transport, scope, old.Requirements, 0).Name, old, @new);
            }
        }

        return found.ToImmutable();
    }

    /// <summary>The images that are decided by different requirements.</summary>
    public static ImmutableArray<PolicyDifference> Images(SignaturePolicy before, SignaturePolicy after, IEnumerable<TransportReference> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        var found = ImmutableArray.CreateBuilder<PolicyDifference>();
        foreach (var image in images)
            Add(found, image.ImageName, PolicyChoice.For(before, image), PolicyChoice.For(after, image));
        return found.ToImmutable();
    }

    private static IEnumerable<string> ScopesOf(SignaturePolicy policy, string transport) =>
        policy.Transports.TryGetValue(transport, out var scopes) ? scopes.Keys : [];

    private static void Add(ImmutableArray<PolicyDifference>.Builder found, string images, PolicyChoice before, PolicyChoice after)
    {
        if (PolicyWriter.Render(before.Requirements, "", spellOutDefaults: true) != PolicyWriter.Render(after.Requirements, "", spellOutDefaults: true))
            found.Add(new PolicyDifference(images, before, after));
    }
}
