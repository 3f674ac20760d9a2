using System.Collections.Immutable;
using Plomba.Images;

namespace Plomba.Trust.Policy;

/// <summary>What became of an image.</summary>
public enum VerdictKind
{
    /// <summary>It may be used.</summary>
    Accepted,

    /// <summary>The policy says no.</summary>
    Refused,

    /// <summary>The policy could not be applied. Never acceptance.</summary>
    Undecided,
}

/// <summary>
/// Whether an image may be used, and the whole explanation: which rule applied, which signatures were looked at, why
/// each did or did not count. Made by <see cref="PolicyEvaluator"/>; rendered by <see cref="VerdictText"/> and
/// <see cref="VerdictJson"/>. Immutable.
/// </summary>
public sealed record Verdict
{
    /// <summary>The image's name, <c>transport:rest</c>, as in messages.</summary>
    public required string Image { get; init; }

    /// <summary>The decision.</summary>
    public VerdictKind Kind => Refusal is null ? VerdictKind.Accepted
        : Refusal.Class is ErrorClass.Plain ? VerdictKind.Undecided
        : VerdictKind.Refused;

    /// <summary>Why not; null when accepted.</summary>
    public Refusal? Refusal { get; init; }

    /// <summary>The requirement list that applied; null when no policy could be loaded.</summary>
    public PolicyChoice? Policy { get; init; }

    /// <summary>The manifest that was judged; null when there was none to judge.</summary>
    public JudgedManifest? Manifest { get; init; }

    /// <summary>Where signatures were looked for; null when nobody looked.</summary>
    public SignatureStore? Store { get; init; }

    /// <summary>What became of each requirement, in the policy's order.</summary>
    public ImmutableArray<RequirementOutcome> Requirements { get; init; } = [];

    /// <summary>What the user can do about a refusal; null when accepted or nothing helps.</summary>
    public string? Hint { get; init; }

    /// <summary>
    /// <c>Source image rejected: …</c>, as podman and skopeo say it, once there was a manifest to judge; before that the
    /// trouble alone. Null when accepted.
    /// </summary>
    public string? Message => Refusal is null ? null
        : Manifest is null ? Refusal.Message
        : $"Source image rejected: {Refusal.Message}";

    /// <summary>0 accepted, 3 refused, 1 undecided.</summary>
    public int ExitCode => Kind switch
    {
        VerdictKind.Accepted => 0,
        VerdictKind.Refused => 3,
        _ => 1,
    };

    /// <summary>Nothing could be decided, for a reason outside the policy: no policy, no manifest, no answer.</summary>
    public static Verdict Undecided(string image, string message, string? hint = null) => new()
    {
        Image = image,
        Refusal = new Refusal(ErrorClass.Plain, SignatureReason.Policy, message),
        Hint = hint,
    };
}

/// <summary>Why something was not accepted.</summary>
/// <param name="Class">The reference's class; it decides between refused and undecided.</param>
/// <param name="Reason">One word for programs.</param>
/// <param name="Message">The reference's text.</param>
public sealed record Refusal(ErrorClass Class, SignatureReason Reason, string Message);

/// <summary>The manifest a verdict is about.</summary>
/// <param name="Digest">Its sha256 digest.</param>
/// <param name="MediaType">Null when unknown.</param>
/// <param name="Platform"><c>os/architecture[/variant]</c>; null when unknown.</param>
/// <param name="Index">The index it was chosen from; null when none.</param>
public sealed record JudgedManifest(Digest Digest, string? MediaType, string? Platform, Digest? Index);

/// <summary>What became of one requirement.</summary>
/// <param name="Type">Its <c>type</c> in policy.json.</param>
/// <param name="Result">The decision.</param>
/// <param name="Keys">Paths of its keys, or <c>keyData</c>; empty for types without keys.</param>
/// <param name="Signatures">The signatures that were looked at, in the store's order.</param>
/// <param name="Refusal">Null when accepted or not reached.</param>
public sealed record RequirementOutcome(
    string Type,
    RequirementResult Result,
    ImmutableArray<string> Keys,
    ImmutableArray<SignatureOutcome> Signatures,
    Refusal? Refusal);

/// <summary>What became of a requirement.</summary>
public enum RequirementResult
{
    /// <summary>Satisfied.</summary>
    Accepted,

    /// <summary>Not satisfied.</summary>
    Refused,

    /// <summary>Could not be decided.</summary>
    Undecided,

    /// <summary>One before it was not satisfied.</summary>
    NotReached,
}

/// <summary>What became of one stored signature under one requirement.</summary>
/// <param name="Number">Its place in the store, from 1.</param>
/// <param name="Format">Its family.</param>
/// <param name="Key">The key it was made by: the OpenPGP fingerprint of the primary key, also when it only claims to be that; for sigstore
/// <c>sha256:</c> and the digits of the SHA-256 of the public key. Null when unknown.</param>
/// <param name="Identity">The name it was made for, as far as it could be read; foreign text.</param>
/// <param name="Digest">The manifest it was made for, as far as it could be read.</param>
/// <param name="Refusal">Why it does not count; null when it does.</param>
public sealed record SignatureOutcome(
    int Number, SignatureFormat Format, string? Key, string? Identity, Digest? Digest, Refusal? Refusal);
