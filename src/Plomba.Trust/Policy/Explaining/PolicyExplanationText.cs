using System.Globalization;
using System.Text;

namespace Plomba.Trust.Policy.Explaining;

/// <summary>An explanation for people.</summary>
internal static class PolicyExplanationText
{
    /// <summary>Several lines, ended by a newline.</summary>
    public static string Of(PolicyExplanation explanation)
    {
        ArgumentNullException.ThrowIfNull(explanation);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{QuotedText.Printable(explanation.Image.ImageName)}: {Words(explanation.Outlook)}\n");
        text.Append(Text.Say($"  policy: {VerdictText.Rule(explanation.Choice)}")).Append('\n');
        text.Append(Text.Say($"  looked for: {LookedFor(explanation)}")).Append('\n');
        var requirements = explanation.Choice.Requirements;
        foreach (var (index, requirement) in requirements.Index())
            text.Append(Text.Say($"  requirement {index + 1} of {requirements.Length}: {RequirementText.Of(requirement)}")).Append('\n');
        return text.ToString();
    }

    /// <summary>The outlook as JSON tells it.</summary>
    public static string Word(PolicyOutlook outlook) => outlook switch
    {
        PolicyOutlook.Accepted => "accepted",
        PolicyOutlook.Refused => "refused",
        _ => "signatures",
    };

    private static string Words(PolicyOutlook outlook) => outlook switch
    {
        PolicyOutlook.Accepted => Text.Say("accepted without a signature"),
        PolicyOutlook.Refused => Text.Say("refused, signed or not"),
        _ => Text.Say("its signatures decide"),
    };

    private static string LookedFor(PolicyExplanation explanation)
    {
        if (explanation.LookedFor.IsEmpty)
            return Text.Say($"nothing, the policy says nothing of {explanation.Image.Transport}");
        var scopes = string.Join(", ", explanation.LookedFor.Select(QuotedText.Of));
        return explanation.Choice.Scope is null ? Text.Say($"{scopes}, none of them there") : scopes;
    }
}
