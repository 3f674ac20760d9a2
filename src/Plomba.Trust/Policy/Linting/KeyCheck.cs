using Plomba.Trust.Files;
using Plomba.Trust.Keys;
using Plomba.Trust.Sigstore;

namespace Plomba.Trust.Policy.Linting;

/// <summary>Whether the keys of requirements are there and count.</summary>
internal sealed class KeyCheck(ITrustFiles files, DateTimeOffset now)
{
    /// <summary>What is wrong with the keys of one requirement; <c>Source</c> numbers the files or the data.</summary>
    public IEnumerable<(int Source, bool IsError, string Id, string Text)> Find(SignedBy requirement)
    {
        var sources = Sources(requirement.Keys).ToList();
        // One key that counts is enough for the requirement, unless a file of it cannot be read at all.
        var isHopeless = !sources.SelectMany(s => s.Keys).Any(k => k.CanSign);
        foreach (var (index, source) in sources.Index())
        {
            if (source.IsRelative)
                yield return (index, false, PolicyFindingId.KeyRelative, Text.Say($"{source.Name} is looked for in the current directory of whatever program reads the policy: write an absolute path"));
            if (source.Failure is { } failure)
                yield return (index, true, PolicyFindingId.KeyUnreadable, Text.Say($"{failure}: every signature is refused"));
            else if (source.Keys.Count == 0)
                yield return (index, isHopeless, PolicyFindingId.KeyNone, Text.Say($"{source.Name} holds no OpenPGP public key"));
            if (source.HasSecrets)
                yield return (index, false, PolicyFindingId.KeySecret, Text.Say($"{source.Name} holds a secret key: put the public key there"));
            foreach (var key in source.Keys)
            {
                if (Problem(key) is var (id, what))
                    yield return (index, isHopeless && id != PolicyFindingId.KeyExpiresSoon, id, Text.Say($"{source.Name}: key {key.Fingerprint} {what}"));
            }
        }
    }

    /// <summary>What is wrong with the public keys of a sigstore requirement.</summary>
    public IEnumerable<(int Source, bool IsError, string Id, string Text)> Find(SigstoreSigned requirement)
    {
        foreach (var (index, path) in (requirement.Keys?.Files ?? []).Index())
        {
            var reading = files.Read(path, RequirementKeys.MaximumLength);
            if (!path.StartsWith('/'))
                yield return (index, false, PolicyFindingId.KeyRelative, Text.Say($"{QuotedText.Of(path)} is looked for in the current directory of whatever program reads the policy: write an absolute path"));
            if (!reading.IsRead)
                yield return (index, true, PolicyFindingId.KeyUnreadable, Text.Say($"{QuotedText.Printable(reading.Message)}: every signature is refused"));
            else if (!SigstoreKey.TryReadPem(reading.Bytes.Span, out _, out var error))
                yield return (index, true, PolicyFindingId.KeyNone, Text.Say($"{QuotedText.Of(path)}: {QuotedText.Printable(error)}: every signature is refused"));
        }
    }

    private (string Id, string What)? Problem(KeyInfo key) => key switch
    {
        { IsRevoked: true } => (PolicyFindingId.KeyRevoked, Text.Say("is revoked")),
        { SigningEnds: { } time } when time <= now => (PolicyFindingId.KeyExpired, Text.Say($"expired on {time:u}")),
        { SigningProblem: { } problem } => (PolicyFindingId.KeyUnusable, Text.Say($"does not count: {problem}")),
        { SigningEnds: { } time } when Expiry.Of(time, now) != ExpiryUrgency.None => (PolicyFindingId.KeyExpiresSoon, Text.Say($"expires on {time:u}")),
        _ => null,
    };

    private IEnumerable<KeyFileState> Sources(KeyMaterial keys)
    {
        foreach (var content in keys.Contents)
            yield return State("keyData", content);
        foreach (var path in keys.Files)
        {
            var reading = files.Read(path, KeyRing.MaximumLength);
            var state = reading.IsRead ? State(QuotedText.Of(path), reading.Bytes) : new KeyFileState(QuotedText.Of(path), [], QuotedText.Printable(reading.Message));
            yield return state with { IsRelative = !path.StartsWith('/') };
        }
    }

    private KeyFileState State(string name, ReadOnlyMemory<byte> bytes)
    {
        var ring = KeyRing.Read(bytes);
        return new KeyFileState(name, ring.Describe(now), null) { HasSecrets = ring.HasSecrets };
    }

    private sealed record KeyFileState(string Name, IReadOnlyList<KeyInfo> Keys, string? Failure)
    {
        public bool HasSecrets { get; init; }

        public bool IsRelative { get; init; }
    }
}
