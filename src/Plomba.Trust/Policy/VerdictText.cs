using System.Globalization;
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
        text.Append(CultureInfo.InvariantCulture, $"{Summary(verdict)}\n");
        if (verdict.Policy is { } policy)
            text.Append(CultureInfo.InvariantCulture, $"  policy: {Rule(policy)}\n");
        if (verdict.Manifest is { } manifest)
            text.Append(CultureInfo.InvariantCulture, $"  manifest: {Describe(manifest)}\n");
        if (verdict.Store is { } store)
            text.Append(CultureInfo.InvariantCulture, $"  signature store: {store.Kind} {store.Location}{(store.From is { } from ? $" (from {from})" : "")}\n");
        foreach (var (index, requirement) in verdict.Requirements.Index())
            Explain(text, requirement, index + 1, verdict.Requirements.Length);
        if (verdict.Message is { } message)
            text.Append(CultureInfo.InvariantCulture, $"  {Shown(message)}\n");
        if (verdict.Hint is { } hint)
            text.Append(CultureInfo.InvariantCulture, $"  hint: {hint}\n");
        return text.ToString();
    }

    /// <summary>One line without a newline: the image and what became of it.</summary>
    public static string Summary(Verdict verdict)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        return $"{verdict.Image}: {VerdictWords.Of(verdict.Kind)}";
    }

    /// <summary>Which rule of which file it is.</summary>
    internal static string Rule(PolicyChoice policy)
    {
        var rule = policy switch
        {
            { Scope: null } => "default",
            { Scope: "" } => $"all of {policy.Transport}",
            _ => $"{policy.Transport} {QuotedText.Of(policy.Scope)}",
        };
        return policy.File is { } file ? $"{file}, {rule}" : rule;
    }

    private static string Describe(JudgedManifest manifest)
    {
        var details = (string?[])[manifest.MediaType, manifest.Platform, manifest.Index is { } index ? $"of index {index}" : null];
        var known = string.Join(", ", details.Where(d => d is not null));
        return known.Length == 0 ? manifest.Digest.Text : $"{manifest.Digest} ({known})";
    }

    private static void Explain(StringBuilder text, RequirementOutcome requirement, int number, int count)
    {
        var keys = requirement.Keys.IsEmpty ? "" : $" {string.Join(", ", requirement.Keys)}";
        text.Append(CultureInfo.InvariantCulture, $"  requirement {number} of {count}: {requirement.Type}{keys}: {VerdictWords.Of(requirement.Result)}\n");
        foreach (var signature in requirement.Signatures)
            Explain(text, signature);
    }

    private static void Explain(StringBuilder text, SignatureOutcome signature)
    {
        var result = signature.Refusal is { } refusal
            ? $"{VerdictWords.Of(refusal)} ({VerdictWords.Of(refusal.Reason)}): {Shown(refusal.Message)}"
            : "accepted";
        text.Append(CultureInfo.InvariantCulture, $"    signature {signature.Number}, {VerdictWords.Of(signature.Format)}: {result}\n");
        if (signature.Key is { } key)
            text.Append(CultureInfo.InvariantCulture, $"      key {key}\n");
        if (signature.Identity is { } identity)
            text.Append(CultureInfo.InvariantCulture, $"      identity {Shown(QuotedText.Of(identity))}\n");
        if (signature.Digest is { } digest)
            text.Append(CultureInfo.InvariantCulture, $"      digest {digest}\n");
    }

    // Up to 128 signatures of 4 MiB each may have put their texts into one message.
    private const int LongestShown = 8000;

    private static string Shown(string message)
    {
        var printable = QuotedText.Printable(message.Length > LongestShown ? message[..LongestShown] : message);
        return message.Length > LongestShown ? printable + "…" : printable;
    }
}
