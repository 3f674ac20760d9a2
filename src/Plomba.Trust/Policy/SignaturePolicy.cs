using System.Collections.Immutable;

namespace Plomba.Trust.Policy;

/// <summary>
/// What <c>policy.json</c> says (TRUST.md §3): which requirements an image must meet, by transport and scope.
/// Immutable. Rendered with <see cref="PolicyWriter"/>.
/// </summary>
/// <param name="Default">Requirements where no scope applies; never empty.</param>
/// <param name="Transports">Scopes by transport name; an unknown transport's name is kept.</param>
public sealed record SignaturePolicy(
    ImmutableArray<PolicyRequirement> Default,
    ImmutableDictionary<string, ImmutableDictionary<string, ImmutableArray<PolicyRequirement>>> Transports)
{
    /// <summary>No scopes: the same requirements for every image.</summary>
    public static SignaturePolicy Of(params ImmutableArray<PolicyRequirement> @default) => new(@default, NoTransports);

    /// <summary>This policy with the requirements of one scope added or replaced.</summary>
    /// <param name="transport">Such as <c>docker</c>.</param>
    /// <param name="scope">A scope of that transport; empty for all of the transport.</param>
    /// <param name="requirements">Not empty.</param>
    public SignaturePolicy With(string transport, string scope, params ImmutableArray<PolicyRequirement> requirements)
    {
        if (requirements.IsEmpty)
            throw new ArgumentException(Text.Say("List of verification policy requirements must not be empty"), nameof(requirements));
        var scopes = Transports.GetValueOrDefault(transport) ?? NoScopes;
        return this with { Transports = Transports.SetItem(transport, scopes.SetItem(scope, requirements)) };
    }

    internal static ImmutableDictionary<string, ImmutableArray<PolicyRequirement>> NoScopes { get; } =
        ImmutableDictionary.Create<string, ImmutableArray<PolicyRequirement>>(StringComparer.Ordinal);

    internal static ImmutableDictionary<string, ImmutableDictionary<string, ImmutableArray<PolicyRequirement>>> NoTransports { get; } =
        ImmutableDictionary.Create<string, ImmutableDictionary<string, ImmutableArray<PolicyRequirement>>>(StringComparer.Ordinal);
}
