using System.Collections.Immutable;

namespace Plomba.Trust.Configuration.RegistriesConf;

/// <summary>One <c>[[registry]]</c> of registries.conf (TRUST.md §8), checked and filled in.</summary>
/// <param name="Prefix">Which names it is about: a host, a host and a path, or <c>*.domain</c>. Never empty.</param>
/// <param name="Location">Where they are instead; empty with a <c>*.</c> prefix: where they say.</param>
/// <param name="Insecure">Certificates are not checked, and http is allowed.</param>
/// <param name="Blocked">Nothing may be fetched from it.</param>
/// <param name="MirrorByDigestOnly">Mirrors are asked only for images named by digest.</param>
/// <param name="Mirrors">Asked first, in order.</param>
public sealed record RegistryEntry(
    string Prefix, string Location, bool Insecure, bool Blocked, bool MirrorByDigestOnly, ImmutableArray<RegistryMirror> Mirrors);

/// <summary>One <c>[[registry.mirror]]</c>.</summary>
/// <param name="Location">Where the names below the registry's prefix are.</param>
/// <param name="Insecure">Certificates are not checked, and http is allowed.</param>
/// <param name="PullFrom">For which images it is asked.</param>
public sealed record RegistryMirror(string Location, bool Insecure, PullFromMirror PullFrom);

/// <summary>The <c>pull-from-mirror</c> of a mirror.</summary>
public enum PullFromMirror
{
    /// <summary>Nothing is said: for all.</summary>
    Unset,

    /// <summary><c>all</c></summary>
    All,

    /// <summary><c>digest-only</c>: only for images named by digest.</summary>
    DigestOnly,

    /// <summary><c>tag-only</c>: only for others.</summary>
    TagOnly,
}

/// <summary>One place an image may be pulled from.</summary>
/// <param name="Reference">Its name there; tag and digest are those asked for.</param>
/// <param name="Insecure">Certificates are not checked, and http is allowed.</param>
/// <param name="IsMirror">Whether it is a mirror, not the registry itself.</param>
/// <param name="BlockedBy">The prefix of the entry that blocks this place; null when none does.</param>
public sealed record PullSource(Images.ImageReference Reference, bool Insecure, bool IsMirror, string? BlockedBy);

/// <summary>Where an image may be pulled from.</summary>
/// <param name="Entry">The entry that applies; null when none does: then the name means itself, securely.</param>
/// <param name="Sources">To be tried in order; empty when there is an <paramref name="Error"/>.</param>
/// <param name="Error">Why the names cannot be formed, in the reference's words; null when they can.</param>
public sealed record PullSources(RegistryEntry? Entry, ImmutableArray<PullSource> Sources, string? Error);
