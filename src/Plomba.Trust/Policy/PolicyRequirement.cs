namespace Plomba.Trust.Policy;

/// <summary>One element of a requirement list (TRUST.md §3.4). Every element of a list must be satisfied.</summary>
public abstract record PolicyRequirement
{
    private protected PolicyRequirement()
    {
    }

    /// <summary>The <c>type</c> in policy.json.</summary>
    public abstract string Type { get; }
}

/// <summary>Anything is allowed.</summary>
public sealed record InsecureAcceptAnything : PolicyRequirement
{
    /// <inheritdoc/>
    public override string Type => "insecureAcceptAnything";
}

/// <summary>Nothing is allowed.</summary>
public sealed record Reject : PolicyRequirement
{
    /// <inheritdoc/>
    public override string Type => "reject";
}

/// <summary>A simple signature by one of the keys is needed.</summary>
/// <param name="KeyType">Only <see cref="SignedByKeyType.GpgKeys"/> can ever be satisfied.</param>
/// <param name="Keys">The union of these keys counts. Never <see cref="KeyMaterialKind.Datas"/>.</param>
/// <param name="SignedIdentity">Null: <see cref="MatchRepoDigestOrExact"/>.</param>
public sealed record SignedBy(SignedByKeyType KeyType, KeyMaterial Keys, SignedIdentity? SignedIdentity = null) : PolicyRequirement
{
    /// <inheritdoc/>
    public override string Type => "signedBy";
}

/// <summary>Parsed as the reference does, and like there never satisfied.</summary>
/// <param name="BaseLayerIdentity">Mandatory.</param>
public sealed record SignedBaseLayer(SignedIdentity BaseLayerIdentity) : PolicyRequirement
{
    /// <inheritdoc/>
    public override string Type => "signedBaseLayer";
}

/// <summary>A sigstore signature is needed. Exactly one of <paramref name="Keys"/>, <paramref name="Fulcio"/> and <paramref name="Pki"/> is not null.</summary>
/// <param name="Keys">Public keys, any one of which counts.</param>
/// <param name="Fulcio">Short-lived certificates; needs <paramref name="RekorKeys"/>.</param>
/// <param name="Pki">Certificates of an own authority; excludes <paramref name="RekorKeys"/>.</param>
/// <param name="RekorKeys">Keys of the transparency logs, any one of which counts; null: no log is asked for.</param>
/// <param name="SignedIdentity">Null: <see cref="MatchRepoDigestOrExact"/>.</param>
public sealed record SigstoreSigned(
    KeyMaterial? Keys,
    Fulcio? Fulcio,
    Pki? Pki,
    KeyMaterial? RekorKeys,
    SignedIdentity? SignedIdentity = null) : PolicyRequirement
{
    /// <inheritdoc/>
    public override string Type => "sigstoreSigned";
}

/// <summary>The <c>fulcio</c> object of <see cref="SigstoreSigned"/>.</summary>
/// <param name="Ca">One path, or one data.</param>
/// <param name="OidcIssuer">Not empty.</param>
/// <param name="SubjectEmail">Not empty.</param>
public sealed record Fulcio(KeyMaterial Ca, string OidcIssuer, string SubjectEmail);

/// <summary>The <c>pki</c> object of <see cref="SigstoreSigned"/>. At least one of e-mail and host name is not null.</summary>
/// <param name="CaRoots">One path, or one data.</param>
/// <param name="CaIntermediates">One path, or one data; null: none.</param>
/// <param name="SubjectEmail">Null or not empty.</param>
/// <param name="SubjectHostname">Null or not empty.</param>
public sealed record Pki(KeyMaterial CaRoots, KeyMaterial? CaIntermediates, string? SubjectEmail, string? SubjectHostname);

/// <summary>The <c>keyType</c> of <see cref="SignedBy"/>.</summary>
public enum SignedByKeyType
{
    /// <summary><c>GPGKeys</c></summary>
    GpgKeys,

    /// <summary><c>signedByGPGKeys</c>: never satisfied.</summary>
    SignedByGpgKeys,

    /// <summary><c>X509Certificates</c>: never satisfied.</summary>
    X509Certificates,

    /// <summary><c>signedByX509CAs</c>: never satisfied.</summary>
    SignedByX509CAs,
}
