namespace Plomba.Images.Transports;

/// <summary>One way to name and reach images (TRUST.md §2). The set is fixed: <see cref="All"/>.</summary>
public abstract class Transport
{
    private protected Transport(string name) => Name = name;

    /// <summary>The name before the colon; case counts.</summary>
    public string Name { get; }

    /// <summary>Every transport this program can name.</summary>
    public static IReadOnlyList<Transport> All { get; } =
    [
        new DockerTransport(), new AtomicTransport(), new DirTransport(), new OciTransport(), new OciArchiveTransport(),
        new DockerArchiveTransport(), new DockerDaemonTransport(), new ContainersStorageTransport(), new SifTransport(),
        new TarballTransport(),
    ];

    /// <summary>The transport of that name; null when there is none.</summary>
    public static Transport? Find(string name) => All.FirstOrDefault(transport => transport.Name == name);

    /// <summary>
    /// Why <paramref name="scope"/> cannot be a key under this transport in policy.json, in the reference
    /// implementation's words; null when it can. The empty scope is always fine.
    /// </summary>
    public string? CheckScope(string scope) => scope.Length == 0 ? null : CheckNonEmptyScope(scope);

    internal abstract TransportParse Parse(string rest, TransportEnvironment environment);

    private protected abstract string? CheckNonEmptyScope(string scope);

    /// <inheritdoc cref="Name"/>
    public override string ToString() => Name;
}

/// <summary>A reference, or why there is none.</summary>
internal readonly record struct TransportParse(TransportReference? Reference, ReferenceError? Error)
{
    public static implicit operator TransportParse(TransportReference reference) => new(reference, null);

    public static implicit operator TransportParse(ReferenceError error) => new(null, error);
}
