using System.Collections.Immutable;

namespace Plomba.Trust.Policy.Editing;

/// <summary>
/// Changes one requirement list in a policy's text and leaves every other byte as it is: order, indentation, the
/// spelling of what was not meant. A text that does not parse is not changed.
/// </summary>
internal static class PolicyEdit
{
    /// <summary>The text with one list replaced or added.</summary>
    /// <param name="text">The policy; empty for a new one, which only a default can begin.</param>
    /// <param name="transport">Null, with <paramref name="scope"/>, for the default.</param>
    /// <param name="scope">A scope of the transport; empty for all of the transport.</param>
    /// <param name="requirements">Not empty.</param>
    public static PolicyEditResult Set(ReadOnlyMemory<byte> text, string? transport, string? scope, ImmutableArray<PolicyRequirement> requirements)
    {
        var isDefault = transport is null || scope is null;
        if (text.IsEmpty)
        {
            return isDefault
                ? Checked(PolicyWriter.Write(SignaturePolicy.Of(requirements)), SignaturePolicy.Of(requirements))
                : PolicyEditResult.Refused(Text.Say("there is no policy yet: set its default first"));
        }

        var reading = PolicyReader.Read(text);
        if (reading.Policy is not { } before)
            return PolicyEditResult.Refused(Text.Say($"the policy does not parse: {reading.Mistakes[0]}"));
        var layout = new PolicyLayout(PolicyText.Of(text));
        var expected = isDefault ? before with { Default = requirements } : before.With(transport!, scope!, requirements);
        return Checked(isDefault ? layout.SetDefault(requirements) : layout.SetScope(transport!, scope!, requirements), expected);
    }

    // What is written must say exactly what was meant, for every scope; else nothing is.
    private static PolicyEditResult Checked(byte[] text, SignaturePolicy expected)
    {
        var reading = PolicyReader.Read(text);
        if (reading.Policy is not { } after)
            return PolicyEditResult.Refused(Text.Say($"the changed policy would not parse: {reading.Mistakes[0].Message}"));
        return PolicyWriter.Write(after).AsSpan().SequenceEqual(PolicyWriter.Write(expected))
            ? new PolicyEditResult(text, null)
            : PolicyEditResult.Refused(Text.Say("the changed policy would say something else than was asked for"));
    }
}

/// <summary>A changed policy, or why it was not changed.</summary>
/// <param name="Text">The new text; empty when there is a <paramref name="Failure"/>.</param>
/// <param name="Failure">Null when it was changed.</param>
internal sealed record PolicyEditResult(ReadOnlyMemory<byte> Text, string? Failure)
{
    internal static PolicyEditResult Refused(string why) => new(default, why);
}
