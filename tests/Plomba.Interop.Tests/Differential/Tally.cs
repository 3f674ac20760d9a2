using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;

namespace Plomba.Interop.Tests.Differential;

/// <summary>What one of the two said.</summary>
/// <param name="IsAccepted">The image may be used.</param>
/// <param name="Message">Why not; empty when it may.</param>
internal sealed record Answer(bool IsAccepted, string Message);

/// <summary>Counts answers and keeps the cases in which the two differ without a documented reason.</summary>
/// <param name="subkey">Fingerprint of the signing subkey.</param>
internal sealed partial class Tally(string subkey)
{
    private const string Rejected = "Source image rejected: ";
    private const string Invalid = "invalid";

    private int _accepted;
    private int _rejected;
    private int _failed;
    private int _stricter;
    private int _older;

    /// <summary>Descriptions of the cases that differ, with their seeds.</summary>
    public ConcurrentQueue<string> Disagreements { get; } = [];

    /// <summary>How many cases ended how.</summary>
    public string Summary =>
        $"{_accepted} accepted, {_rejected} refused, {_failed} could not be decided; {_older} where skopeo is older than the rule, {_stricter} where we are documented to be stricter, {Disagreements.Count} disagreements";

    /// <summary>Whether every outcome occurred often enough for agreement to mean something.</summary>
    public bool IsTelling
    {
        get
        {
            var least = (_accepted + _rejected + _failed) / 100;
            return _accepted > least && _rejected > least && _failed > least;
        }
    }

    /// <summary>Compares the two answers to one question.</summary>
    public void Add(int seed, RandomCase question, Answer theirs, Answer ours)
    {
        var isRejected = theirs.Message.Contains(Rejected, StringComparison.Ordinal);
        Interlocked.Increment(ref theirs.IsAccepted ? ref _accepted : ref isRejected ? ref _rejected : ref _failed);
        if (theirs.Message.Contains($"Signature by key {subkey} is not accepted", StringComparison.Ordinal))
            Interlocked.Increment(ref _older); // 1.9 does not count a subkey's signature for its primary key
        else if (theirs.IsAccepted == ours.IsAccepted && (!isRejected || Reasons(theirs).SequenceEqual(Reasons(ours), StringComparer.Ordinal)))
            return;
        else if (!ours.IsAccepted && Damaged().IsMatch(ours.Message) && (theirs.IsAccepted || AgreeApartFromDamage(theirs, ours)))
            Interlocked.Increment(ref _stricter); // gpg forgives a message that ends too soon or goes on too long
        else
            Disagreements.Enqueue(Describe(seed, question, theirs, ours));
    }

    private static bool AgreeApartFromDamage(Answer theirs, Answer ours)
    {
        var own = Reasons(ours);
        return Reasons(theirs) is var reasons && reasons.Count == own.Count && reasons.Zip(own).All(pair => pair.First == pair.Second || pair.Second == Invalid);
    }

    // Only the texts that are the reference's own words are compared; how a library says that bytes are no message or no JSON is its affair.
    private static List<string> Reasons(Answer answer)
    {
        var start = answer.Message.IndexOf(Rejected, StringComparison.Ordinal);
        var reasons = answer.Message[(Math.Max(start, 0) + Rejected.Length)..].Replace("\"", "", StringComparison.Ordinal).Replace("\\", "", StringComparison.Ordinal)
            .Replace("None of the signatures were accepted, reasons: ", "", StringComparison.Ordinal);
        return [.. Between().Split(reasons).Select(reason => OwnWords().IsMatch(reason) ? reason : Invalid)];
    }

    // gpgme's dump of its structure holds semicolons of its own.
    [GeneratedRegex("; (?=[A-Za-z])")]
    private static partial Regex Between();

    [GeneratedRegex(@"^(A signature was required|Running image|Signature for identity|Signature for digest sha256:[0-9a-f]{64} |Signature by key|No public keys imported|Unimplemented keyType|Unknown key)", RegexOptions.ExplicitCapture)]
    private static partial Regex OwnWords();

    [GeneratedRegex("No data|Unexpected GPG signature count|malformed signature")]
    private static partial Regex Damaged();

    private static string Describe(int seed, RandomCase question, Answer theirs, Answer ours)
    {
        var text = new StringBuilder($"seed {seed}: {question.Image}\n  skopeo: {Say(theirs)}\n  plomba: {Say(ours)}\n  policy: {question.Policy.ReplaceLineEndings(" ")}");
        foreach (var signature in question.Signatures)
            text.Append("\n  signature: ").Append(Convert.ToBase64String(signature));
        return text.ToString();
    }

    private static string Say(Answer answer) => answer.IsAccepted ? "accepted" : answer.Message;
}
