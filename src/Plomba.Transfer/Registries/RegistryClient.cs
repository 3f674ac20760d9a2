using System.Net;
using System.Net.Http.Headers;
using Plomba.Images;
using Plomba.Transfer.Registries.Http;

namespace Plomba.Transfer.Registries;

/// <summary>
/// Reads from and writes to one registry (OCI distribution spec; TRUST.md §10). Connections, the ping and tokens are shared by all
/// calls. Every call throws <see cref="TransferException"/> when the registry cannot or will not answer. Thread-safe.
/// </summary>
public sealed class RegistryClient : IDisposable
{
    private static readonly string[] ManifestTypes =
        [MediaTypes.OciManifest, MediaTypes.OciIndex, MediaTypes.DockerManifest, MediaTypes.DockerManifestList];

    private const string Reading = "pull";
    private const string Writing = "pull,push";

    private readonly CredentialSearch _search;
    private readonly string? _token;
    private readonly TimeProvider _clock;
    private readonly bool _insecure;
    private readonly string _authority;
    private readonly Lazy<Task<Session>> _session;

    /// <summary>Prepares a client; nothing is sent yet.</summary>
    /// <param name="host">The registry.</param>
    /// <param name="insecure">Unknown certificates and plain HTTP are taken.</param>
    /// <param name="access">The user's options.</param>
    /// <exception cref="TransferException">The certificates on this machine cannot be used.</exception>
    public RegistryClient(RegistryHost host, bool insecure, RegistryAccess access)
    {
        Host = host;
        _insecure = insecure;
        _authority = access.AuthorityOf(host);
        _clock = access.Clock;
        _search = new CredentialSearch(access);
        _token = access.Token;
        Transport = new HttpTransport(host, insecure, access);
        _session = new Lazy<Task<Session>>(() => PingAsync(CancellationToken.None));
    }

    /// <summary>The registry.</summary>
    public RegistryHost Host { get; }

    /// <summary>The connections, which the signature stores configured for this registry share.</summary>
    internal HttpTransport Transport { get; }

    /// <summary>Whether the registry serves signatures itself (<c>X-Registry-Supports-Signatures: 1</c>).</summary>
    public async Task<bool> ServesSignaturesAsync(CancellationToken cancellation) => (await SessionAsync(cancellation)).ServesSignatures;

    /// <summary>The scheme and authority in use, once the registry answered.</summary>
    internal async Task<Uri> BaseAsync(CancellationToken cancellation) => (await SessionAsync(cancellation)).Base;

    /// <summary>The manifest a tag points to now.</summary>
    public Task<StoredManifest> GetManifestAsync(RepositoryName repository, Tag tag, CancellationToken cancellation) =>
        GetManifestAsync(repository, tag.Text, cancellation);

    /// <summary>The manifest a tag points to now; null when the registry says that there is none.</summary>
    public async Task<StoredManifest?> FindManifestAsync(RepositoryName repository, Tag tag, CancellationToken cancellation)
    {
        var answer = await FetchManifestAsync(repository, tag.Text, cancellation);
        return !answer.IsOk && ServerError.IsUnknownManifest(answer) ? null : Manifest(answer, repository, tag.Text);
    }

    /// <summary>The manifest with that digest; other bytes than those are refused.</summary>
    public async Task<StoredManifest> GetManifestAsync(RepositoryName repository, Digest digest, CancellationToken cancellation)
    {
        var manifest = await GetManifestAsync(repository, digest.Text, cancellation);
        return digest.Of(manifest.Bytes.Span) == digest
            ? manifest
            : throw new TransferException(TransferTrouble.Mismatch, $"Manifest does not match provided manifest digest {digest}");
    }

    /// <summary>All tags of a repository, in the registry's order; what is no valid tag is left out.</summary>
    public Task<IReadOnlyList<string>> GetTagsAsync(RepositoryName repository, CancellationToken cancellation) =>
        TagListing.ReadAsync(this, repository, cancellation);

    /// <inheritdoc/>
    public void Dispose() => Transport.Dispose();

    /// <summary>Makes an authorised call for a repository and reads its whole answer, whatever its status.</summary>
    internal async Task<Answer> FetchAsync(RepositoryName repository, string path, IReadOnlyList<string> accept, int limit, CancellationToken cancellation)
    {
        var session = await SessionAsync(cancellation);
        return await CallAsync(repository, new Call(new Uri(session.Base, path)) { Accept = accept }, Reading, limit, cancellation);
    }

    /// <summary>Makes an authorised call that changes a repository and reads its whole answer, whatever its status.</summary>
    /// <param name="repository">What is changed.</param>
    /// <param name="method">PUT, POST, HEAD.</param>
    /// <param name="location">Path of the registry, or the absolute URL that it named for an upload; another host gets no login.</param>
    /// <param name="content">What is sent; null for nothing.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <param name="condition">A conditional header; null: none.</param>
    internal async Task<Answer> SendAsync(
        RepositoryName repository, HttpMethod method, string location, (ReadOnlyMemory<byte> Bytes, string MediaType)? content, CancellationToken cancellation,
        (string Name, string Value)? condition = null)
    {
        var session = await SessionAsync(cancellation);
        var uri = new Uri(session.Base, location);
        var call = new Call(uri) { Method = method, Content = content, Condition = condition };
        return uri.Authority == session.Base.Authority && uri.Scheme == session.Base.Scheme
            ? await CallAsync(repository, call, Writing, ServerError.LongestBody, cancellation)
            : await Transport.FetchAsync(call with { IsForeign = true }, ServerError.LongestBody, cancellation);
    }

    private async Task<Answer> CallAsync(RepositoryName repository, Call call, string actions, int limit, CancellationToken cancellation)
    {
        var session = await SessionAsync(cancellation);
        call = call with { Authorization = await session.Authorizer.AnswerAsync(session.Challenges, repository, actions, isAfterRefusal: false, cancellation) };
        var answer = await Transport.FetchAsync(call, limit, cancellation);
        if (answer.Status != HttpStatusCode.Unauthorized)
            return answer;

        // An expired token, or a registry that challenges here only: one more try with a fresh answer.
        var again = await session.Authorizer.AnswerAsync(answer.Challenges, repository, actions, isAfterRefusal: true, cancellation);
        return again is null || again.Equals(call.Authorization)
            ? answer
            : await Transport.FetchAsync(call with { Authorization = again }, limit, cancellation);
    }

    /// <summary>The header an authorised call for a repository carries; null for none.</summary>
    internal async Task<AuthenticationHeaderValue?> AuthorizationAsync(RepositoryName repository, CancellationToken cancellation)
    {
        var session = await SessionAsync(cancellation);
        return await session.Authorizer.AnswerAsync(session.Challenges, repository, Reading, isAfterRefusal: false, cancellation);
    }

    private async Task<StoredManifest> GetManifestAsync(RepositoryName repository, string reference, CancellationToken cancellation) =>
        Manifest(await FetchManifestAsync(repository, reference, cancellation), repository, reference);

    private async Task<Answer> FetchManifestAsync(RepositoryName repository, string reference, CancellationToken cancellation)
    {
        try
        {
            return await FetchAsync(repository, $"/v2/{repository}/manifests/{reference}", ManifestTypes, StoredManifest.LongestManifest, cancellation);
        }
        catch (TransferException e) when (!_session.Value.IsFaulted)
        {
            throw e.While(Doing(repository, reference));
        }
    }

    private StoredManifest Manifest(Answer answer, RepositoryName repository, string reference) => answer.IsOk
        ? new StoredManifest(answer.Body, ContentType.Simplify(answer.ContentType))
        : throw ServerError.From(answer).While(Doing(repository, reference));

    private string Doing(RepositoryName repository, string reference) => Text.Say($"reading manifest {reference} in {Host}/{repository}");

    private Task<Session> SessionAsync(CancellationToken cancellation) => _session.Value.WaitAsync(cancellation);

    // GET /v2/ tells the scheme, how to log in and where signatures are. An insecure registry is tried with TLS first.
    private async Task<Session> PingAsync(CancellationToken cancellation)
    {
        try
        {
            try
            {
                return await PingAsync("https", cancellation);
            }
            catch (TransferException) when (_insecure)
            {
                return await PingAsync("http", cancellation);
            }
        }
        catch (TransferException e)
        {
            throw e.While(Text.Say($"pinging container registry {Host}"));
        }
    }

    private async Task<Session> PingAsync(string scheme, CancellationToken cancellation)
    {
        var root = new Uri($"{scheme}://{_authority}/");
        var answer = await Transport.FetchAsync(new Call(new Uri(root, "/v2/")) { IsProbe = _insecure && scheme == "https" }, ServerError.LongestBody, cancellation);
        if (answer.Status is not (HttpStatusCode.OK or HttpStatusCode.Unauthorized))
            throw new TransferException(TransferTrouble.Protocol, $"{root}v2/: {ServerError.Unexpected(answer)}");
        return new Session(
            root,
            answer.Status == HttpStatusCode.Unauthorized ? answer.Challenges : [],
            answer.Headers["X-Registry-Supports-Signatures"].FirstOrDefault() == "1",
            new Authorizer(Host, new TokenServer(Transport, root, _clock), _search, _token));
    }

    private sealed record Session(Uri Base, IReadOnlyList<Challenge> Challenges, bool ServesSignatures, Authorizer Authorizer);
}
