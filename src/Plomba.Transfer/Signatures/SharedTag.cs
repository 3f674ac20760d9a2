using System.Security.Cryptography;
using Plomba.Images;
using Plomba.Transfer.Registries;

namespace Plomba.Transfer.Signatures;

/// <summary>
/// A tag that several makers extend, perhaps at once: nothing one of them wrote may be lost. Our server moves it only
/// from what was read. Other registries know no such condition: there the tag is read again just before it is
/// overwritten, and, since somebody may have read it in that very moment, once more when that one has written too.
/// </summary>
internal static class SharedTag
{
    private const int MostAttempts = 30;

    // Longer than any other writer needs from its last look to its write.
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(700);

    /// <summary>Extends what the tag names until the extension stands; false when others never let it.</summary>
    /// <param name="client">The registry.</param>
    /// <param name="repository">Where the tag is.</param>
    /// <param name="tag">The tag.</param>
    /// <param name="mediaType">What kind of manifest it names.</param>
    /// <param name="extend">The new manifest, given the present one (null: none); null: there is nothing to add.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public static async Task<bool> ExtendAsync(
        RegistryClient client, RepositoryName repository, Tag tag, string mediaType, Func<StoredManifest?, Task<byte[]?>> extend, CancellationToken cancellation)
    {
        var (mustSettle, attempt) = (false, 0);
        var found = await client.FindManifestAsync(repository, tag, cancellation);
        while (attempt < MostAttempts)
        {
            if (await extend(found) is not { } extended)
            {
                if (!mustSettle)
                    return true;
                await Task.Delay(Settling, cancellation);
                mustSettle = false;
            }
            else
            {
                attempt++;
                var again = await client.FindManifestAsync(repository, tag, cancellation);
                if (IsSame(found, again))
                {
                    var moved = await RegistryUpload.ReplaceManifestAsync(client, repository, tag.Text, extended, mediaType, found?.Bytes, cancellation);
                    if (moved == TagMove.Done)
                        return true;
                    mustSettle = moved == TagMove.Unconditional;
                }

                // Makers that got into step get out of it again.
                if (attempt > 1)
                    await Task.Delay(RandomNumberGenerator.GetInt32(20 * attempt), cancellation);
            }

            found = await client.FindManifestAsync(repository, tag, cancellation);
        }

        return false;
    }

    private static bool IsSame(StoredManifest? one, StoredManifest? other) =>
        one is null ? other is null : other is not null && one.Bytes.Span.SequenceEqual(other.Bytes.Span);
}
