using System.Text;

namespace Plomba.Trust.Policy;

/// <summary>
/// A verdict for people. Foreign text in it is quoted and escaped: nothing a signature claims can forge a line.
/// </summary>
public static class VerdictText
{
    /// <summary>Every step, several lines, ended by a newline.</summary>
    public static string Explain(Verdict verdict)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        var text = new StringBuilder();
        void Line(string line) => text.Append(line).Append('\n');
        Line(Summary(verdict));
        if (verdict.Policy is { } policy)
            Line(Text.Say($"  policy: {Rule(policy)}"));
        if (verdict.Manifest is { } manifest)
            Line(Text.Say($"  manifest: {Describe(manifest)}"));
        if (verdict.Store is { } store)
            Line(store.From is { } from ? Text.Say($"  signature store: {store.Kind} {store.Location} (from {from})") : Text.Say($"  signature store: {store.Kind} {store.Location}"));
        foreach (var (index, requirement) in verdict.Requirements.Index())
            Explain(Line, requirement, index + 1, verdict.Requirements.Length);
        // The reference's words, the same in every language: they are what podman and skopeo print.
        if (verdict.Message is { } message)
            Line($"  {Shown(message)}");
        if (verdict.Hint is { } hint)
            Line(Text.Say($"  hint: {hint}"));
        return text.ToString();
    }

    /// <summary>One line without a newline: the image and what became of it.</summary>
    public static string Summary(Verdict verdict)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        return $"{verdict.Image}: {SaidWords.Of(verdict.Kind)}";
    }

    /// <summary>Which rule of which file it is.</summary>
    internal static string Rule(PolicyChoice policy)
    {
        var rule = policy switch
        {
            { Scope: null } => Text.Say("default"),
            { Scope: "" } => Text.Say($"all of {policy.Transport}"),
            _ => $"{policy.Transport} {QuotedText.Of(policy.Scope)}",
        };
        return policy.File is { } file ? $"{file}, {rule}" : rule;
    }

    private static string Describe(JudgedManifest manifest)
    {
        var details = (string?[])[manifest.MediaType, manifest.Platform, manifest.Index is { } index ? Text.Say($"of index {index}") : null];
        var known = string.Join(", ", details.Where(d => d is not null));
        return known.Length == 0 ? manifest.Digest.Text : $"{manifest.Digest} ({known})";
    }

    private static void Explain(Action<string> line, RequirementOutcome requirement, int number, int count)
    {
        var what = requirement.Keys.IsEmpty ? requirement.Type : $"{requirement.Type} {string.Join(", ", requirement.Keys)}";
        line(requirement.Result switch
        {
            RequirementResult.Accepted => Text.Say($"  requirement {number} of {count}: {what}: accepted"),
            RequirementResult.Refused => Text.Say($"  requirement {number} of {count}: {what}: refused"),
            RequirementResult.Undecided => Text.Say($"  requirement {number} of {count}: {what}: undecided"),
            _ => Text.Say($"  requirement {number} of {count}: {what}: notReached"),
        });
        foreach (var signature in requirement.Signatures)
            Explain(line, signature);
    }

    private static void Explain(Action<string> line, SignatureOutcome signature)
    {
        var what = $"{signature.Number}, {VerdictWords.Of(signature.Format)}";
        line(signature.Refusal switch
        {
            null => Text.Say($"    signature {what}: accepted"),
            { Class: ErrorClass.Plain } refusal => Text.Say($"    signature {what}: undecided ({SaidWords.Of(refusal.Reason)}): {Shown(refusal.Message)}"),
            { } refusal => Text.Say($"    signature {what}: refused ({SaidWords.Of(refusal.Reason)}): {Shown(refusal.Message)}"),
        });
        if (signature.Key is { } key)
            line(Text.Say($"      key {key}"));
        if (signature.Identity is { } identity)
            line(Text.Say($"      identity {Shown(QuotedText.Of(identity))}"));
        if (signature.Digest is { } digest)
            line(Text.Say($"      digest {digest}"));
    }

    // Up to 128 signatures of 4 MiB each may have put their texts into one message.
    private const int LongestShown = 8000;

    private static string Shown(string message)
    {
        var printable = QuotedText.Printable(message.Length > LongestShown ? message[..LongestShown] : message);
        return message.Length > LongestShown ? printable + "…" : printable;
    }
}
