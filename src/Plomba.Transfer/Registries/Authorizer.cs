using System.Collections.Concurrent;
using System.Net.Http.Headers;
using Plomba.Images;

namespace Plomba.Transfer.Registries;

/// <summary>
/// Answers the challenges of one registry: Basic with the stored login, Bearer with a token from the server that the
/// registry names. Logins are looked up once a repository, tokens kept until they expire. Thread-safe.
/// </summary>
internal sealed class Authorizer(RegistryHost registry, TokenServer tokens, CredentialSearch search, string? givenToken)
{
    private readonly ConcurrentDictionary<RepositoryName, Task<Credentials?>> _credentials = new();

    /// <summary>The header that answers the first challenge we know how to answer; null when there is none, or no login for it.</summary>
    /// <param name="challenges">From the ping or from a refusal.</param>
    /// <param name="repository">What is to be read or written.</param>
    /// <param name="actions">What is to be done there.</param>
    /// <param name="isAfterRefusal">A kept token has just been refused: get a new one.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public async Task<AuthenticationHeaderValue?> AnswerAsync(
        IReadOnlyList<Challenge> challenges, RepositoryName repository, string actions, bool isAfterRefusal, CancellationToken cancellation)
    {
        foreach (var challenge in challenges)
        {
            if (challenge.Scheme == "basic")
                return await LoginAsync(repository, cancellation) is { IdentityToken: null } login ? new AuthenticationHeaderValue("Basic", login.Basic) : null;
            if (challenge.Scheme == "bearer")
            {
                if (givenToken is not null)
                    return new AuthenticationHeaderValue("Bearer", givenToken);
                var login = await LoginAsync(repository, cancellation);
                var token = await tokens.GetAsync(challenge, $"repository:{repository}:{actions}", login, isAfterRefusal, cancellation);
                return new AuthenticationHeaderValue("Bearer", token);
            }
        }

        return null;
    }

    private async Task<Credentials?> LoginAsync(RepositoryName repository, CancellationToken cancellation) =>
        await _credentials.GetOrAdd(repository, r => search.FindAsync(registry, r, CancellationToken.None)).WaitAsync(cancellation);
}
