using System.Collections.Immutable;
using Plomba.Images.Transports;
using Plomba.Trust.Json;

namespace Plomba.Trust.Policy;

/// <summary>
/// Reads <c>policy.json</c> as strictly as podman does (TRUST.md §3.2), and reports every mistake with its place instead
/// of the first one. What podman accepts by accident (null for a string, numbers for base64, invalid UTF-8, an empty
/// path beside another source) is refused.
/// </summary>
public static class PolicyReader
{
    /// <summary>Longest policy that is read, in bytes.</summary>
    public const int MaximumLength = 16 * 1024 * 1024;

    /// <summary>Reads the file's bytes. Never throws, whatever they are.</summary>
    public static PolicyReading Read(ReadOnlyMemory<byte> text)
    {
        if (text.Length > MaximumLength)
            return PolicyReading.Wrong([new Mistake(1, 1, Text.Say($"exceeded maximum allowed size of {MaximumLength} bytes"))]);
        if (text.Span.StartsWith("\uFEFF"u8))
            return PolicyReading.Wrong([new Mistake(1, 1, Text.Say("the file begins with a byte order mark, which JSON does not allow"))]);
        if (JsonTreeReader.Read(text.Span, out var mistake) is not { } root)
            return PolicyReading.Wrong([mistake!]);

        var mistakes = new Mistakes(text);
        var policy = Policy(root, mistakes);
        return mistakes.Any || policy is null
            ? PolicyReading.Wrong(mistakes.InOrder())
            : new PolicyReading(policy, []);
    }

    private static SignaturePolicy? Policy(JsonNode root, Mistakes mistakes)
    {
        if (JsonObjectReader.From(root, mistakes) is not { } top)
            return null;
        var requirements = new RequirementReader(mistakes);
        ImmutableArray<PolicyRequirement> defaults = [];
        if (top.Take("default") is { } list)
            defaults = requirements.ReadList(list);
        else
            mistakes.Add(top.Offset, Text.Say("Default policy is missing"));

        var transports = SignaturePolicy.NoTransports;
        if (top.Take("transports") is { } node && JsonObjectReader.From(node, mistakes) is { } map)
        {
            foreach (var transport in map.Members)
                transports = transports.SetItem(transport.Key, Scopes(transport, requirements, mistakes));
        }

        top.Finish();
        return new SignaturePolicy(defaults, transports);
    }

    private static ImmutableDictionary<string, ImmutableArray<PolicyRequirement>> Scopes(
        JsonMember transport, RequirementReader requirements, Mistakes mistakes)
    {
        var scopes = SignaturePolicy.NoScopes;
        if (JsonObjectReader.From(transport.Value, mistakes) is not { } map)
            return scopes;
        foreach (var scope in map.Members)
        {
            if (Transport.Find(transport.Key)?.CheckScope(scope.Key) is { } why)
                mistakes.Add(scope.Offset, Text.Say($"Unknown key {QuotedText.Of(scope.Key)}: {why}"));
            scopes = scopes.SetItem(scope.Key, requirements.ReadList(scope.Value));
        }

        return scopes;
    }
}

/// <summary>What reading gave: a policy, or at least one mistake.</summary>
/// <param name="Policy">Null when there are mistakes.</param>
/// <param name="Mistakes">In the order of the text; empty when there is a policy.</param>
public sealed record PolicyReading(SignaturePolicy? Policy, ImmutableArray<Mistake> Mistakes)
{
    internal static PolicyReading Wrong(ImmutableArray<Mistake> mistakes) => new(null, mistakes);
}
