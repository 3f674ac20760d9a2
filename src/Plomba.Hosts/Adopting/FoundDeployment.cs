using System.Net;
using Plomba.Hosts.Machines;
using Plomba.Images;
using Plomba.Site;
using Plomba.Site.Editing;
using Plomba.Site.Names;

namespace Plomba.Hosts.Adopting;

/// <summary>A value and the file that said it, printable.</summary>
public sealed record Found<T>(T Value, string Source);

/// <summary>A key of the old deployment that can enter the site.</summary>
/// <param name="Key">The key under its name in the site.</param>
/// <param name="Source">Its file, or the policy that holds it.</param>
public sealed record FoundKey(KeyAdmission Key, string Source);

/// <summary>A namespace as the old policy has it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Source">The policy.</param>
/// <param name="Keys">The keys that count; empty: every image is refused.</param>
/// <param name="Require">How many of them.</param>
/// <param name="Identity">Which signed name an image must bear.</param>
/// <param name="Makers">Who is known to sign there.</param>
public sealed record FoundNamespace(
    NamespaceName Name, string Source, IReadOnlyList<KeyName> Keys, KeyRequirement Require, IdentityRule Identity, IReadOnlyList<AccountName> Makers);

/// <summary>A file of the signature tree that is a signature of the manifest it lies beside.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Repository">Of what repository.</param>
/// <param name="Manifest">Of what manifest.</param>
/// <param name="Owner">Whose file it is; empty when that is no account.</param>
/// <param name="Counts">Whether it is by a key of the new site.</param>
public sealed record FoundSignature(MachinePath Path, RepositoryName Repository, Digest Manifest, string Owner, bool Counts);

/// <summary>A volume of the docker registry.</summary>
/// <param name="Path">The directory that holds <c>docker/registry/v2</c>.</param>
/// <param name="Bytes">The size of its files.</param>
/// <param name="IsComplete">Whether all of it was looked at.</param>
public sealed record FoundVolume(MachinePath Path, long Bytes, bool IsComplete);

/// <summary>What a deployment made by hand consists of, and what stands in the way of taking it over.</summary>
public sealed record FoundDeployment
{
    /// <summary>The registry's name; null when nothing, or too much, tells it.</summary>
    public Found<HostName>? Registry { get; init; }

    /// <summary>The host of signatures and keys; null: the registry's own.</summary>
    public Found<HostName>? Signatures { get; init; }

    /// <summary>The registry's address; null: DNS knows it, or nobody.</summary>
    public Found<IPAddress>? RegistryAddress { get; init; }

    /// <summary>The address of signatures and keys.</summary>
    public Found<IPAddress>? SignaturesAddress { get; init; }

    /// <summary>Whether clients are told that the registry speaks no TLS.</summary>
    public bool IsInsecure { get; init; }

    /// <summary>The keys, each once.</summary>
    public IReadOnlyList<FoundKey> Keys { get; init; } = [];

    /// <summary>The namespaces, in the order of their names.</summary>
    public IReadOnlyList<FoundNamespace> Namespaces { get; init; } = [];

    /// <summary>Group of image developers.</summary>
    public AccountName MakerGroup { get; init; }

    /// <summary>The signatures.</summary>
    public IReadOnlyList<FoundSignature> FoundSignatures { get; init; } = [];

    /// <summary>The volumes of images.</summary>
    public IReadOnlyList<FoundVolume> Volumes { get; init; } = [];

    /// <summary>Services to be stopped before the new server takes their ports.</summary>
    public IReadOnlyList<string> OldServices { get; init; } = [];

    /// <summary>What was found, what cannot be taken over first.</summary>
    public IReadOnlyList<AdoptionFinding> Findings { get; init; } = [];

    /// <summary>Whether something cannot be taken over.</summary>
    public bool IsBlocked => Findings.Any(f => f.Severity == AdoptionSeverity.Blocked);
}
