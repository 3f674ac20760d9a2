namespace Plomba.Transfer.Registries;

/// <summary>How registries are reached: the options of the <c>access</c> group.</summary>
public sealed record RegistryAccess
{
    /// <summary>The one file to take credentials from; null: the search order of TRUST.md §10.1.</summary>
    public string? AuthFile { get; init; }

    /// <summary>The login to send, whatever is stored; null: what is stored.</summary>
    public (string User, string Password)? Login { get; init; }

    /// <summary>The bearer token to send where a registry asks for one, instead of fetching one; null: fetch one.</summary>
    public string? Token { get; init; }

    /// <summary>Send no credentials, whatever is stored.</summary>
    public bool NoCredentials { get; init; }

    /// <summary>The directory with client certificates and CAs for every registry; null: <c>certs.d/HOST</c> is looked up.</summary>
    public string? CertificateDirectory { get; init; }

    /// <summary>
    /// Whether TLS is demanded and checked. False allows unknown certificates and plain HTTP; null leaves it to
    /// registries.conf (<c>insecure</c>), and without an entry TLS is demanded.
    /// </summary>
    public bool? TlsVerify { get; init; }

    /// <summary>How often a request that failed for a passing reason is made again.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>Longest wait for one whole answer of a limited size (manifest, signature, token).</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Reads an environment variable; replaced in tests.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>The clock for waiting and for the expiry of tokens.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Under which <c>host[:port]</c> a registry listens: its own name, but Docker Hub's has another than its images bear.</summary>
    internal Func<RegistryHost, string> AuthorityOf { get; init; } = host => host.Text is "docker.io" ? "registry-1.docker.io" : host.Text;
}
