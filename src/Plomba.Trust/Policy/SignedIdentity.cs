namespace Plomba.Trust.Policy;

/// <summary>Which names a signature may have been made for (TRUST.md §3.5).</summary>
public abstract record SignedIdentity
{
    private protected SignedIdentity()
    {
    }

    /// <summary>What an absent <c>signedIdentity</c> means.</summary>
    public static SignedIdentity Default { get; } = new MatchRepoDigestOrExact();

    /// <summary>The <c>type</c> in policy.json.</summary>
    public abstract string Type { get; }
}

/// <summary>The same name, tag and digest.</summary>
public sealed record MatchExact : SignedIdentity
{
    /// <inheritdoc/>
    public override string Type => "matchExact";
}

/// <summary>The same name and tag; for an image named by digest, the same repository.</summary>
public sealed record MatchRepoDigestOrExact : SignedIdentity
{
    /// <inheritdoc/>
    public override string Type => "matchRepoDigestOrExact";
}

/// <summary>The same repository, whatever the tag.</summary>
public sealed record MatchRepository : SignedIdentity
{
    /// <inheritdoc/>
    public override string Type => "matchRepository";
}

/// <summary>Exactly this reference, whatever the image is called.</summary>
/// <param name="DockerReference">As written; a valid reference with a tag or a digest.</param>
public sealed record ExactReference(string DockerReference) : SignedIdentity
{
    /// <inheritdoc/>
    public override string Type => "exactReference";
}

/// <summary>Exactly this repository, whatever the image is called.</summary>
/// <param name="DockerRepository">As written; a valid reference, a tag of which is ignored.</param>
public sealed record ExactRepository(string DockerRepository) : SignedIdentity
{
    /// <inheritdoc/>
    public override string Type => "exactRepository";
}

/// <summary>The image's name with its prefix replaced, for mirrors; then as <see cref="MatchRepoDigestOrExact"/>.</summary>
/// <param name="Prefix">Host, or host and path, of where the image is.</param>
/// <param name="SignedPrefix">Host, or host and path, that signatures name instead.</param>
public sealed record RemapIdentity(string Prefix, string SignedPrefix) : SignedIdentity
{
    /// <inheritdoc/>
    public override string Type => "remapIdentity";
}
