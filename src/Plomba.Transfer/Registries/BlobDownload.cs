using System.Net;
using Plomba.Images;
using Plomba.Transfer.Registries.Http;

namespace Plomba.Transfer.Registries;

/// <summary>
/// Streams one blob, hashing it on the way; a broken connection is resumed where it broke. Nothing is to be believed of
/// what was written before the call returned.
/// </summary>
public static class BlobDownload
{
    private const int BlockLength = 256 * 1024;
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    /// <summary>Writes the blob to <paramref name="destination"/> and returns its length.</summary>
    /// <param name="client">The registry.</param>
    /// <param name="repository">Where the blob is linked.</param>
    /// <param name="digest">What its bytes must hash to.</param>
    /// <param name="destination">Written to sequentially.</param>
    /// <param name="limit">Most bytes that are taken.</param>
    /// <param name="retries">How many reconnections without progress are made.</param>
    /// <param name="cancellation">Ends the download.</param>
    /// <exception cref="TransferException">It is not there, too large, damaged, or the connection does not hold.</exception>
    public static async Task<long> CopyBlobAsync(
        this RegistryClient client,
        RepositoryName repository,
        Digest digest,
        Stream destination,
        long limit,
        int retries = 3,
        CancellationToken cancellation = default)
    {
        using var hash = digest.CreateHash();
        var block = new byte[BlockLength];
        long length = 0;
        for (var failures = 0; ;)
        {
            var start = length;
            try
            {
                using var response = await OpenAsync(client, repository, digest, length, cancellation);
                await using var body = await response.Content.ReadAsStreamAsync(cancellation);
                if (response.StatusCode == HttpStatusCode.OK)
                    await SkipAsync(body, length, block, cancellation);
                while (await ReadAsync(body, block, cancellation) is > 0 and var count)
                {
                    if (length + count > limit)
                        throw new TransferException(TransferTrouble.TooLarge, Text.Say($"blob {digest} is larger than {limit} bytes"));
                    hash.AppendData(block, 0, count);
                    await destination.WriteAsync(block.AsMemory(0, count), cancellation);
                    length += count;
                }

                return Digest.FromHash(digest.Algorithm, hash.GetHashAndReset()) == digest
                    ? length
                    : throw new TransferException(TransferTrouble.Mismatch, Text.Say($"blob {digest} of {client.Host}/{repository} does not have that digest"));
            }
            catch (Exception e) when (MayPass(e, cancellation))
            {
                // A trickle of single bytes must not go on for ever: only real progress counts.
                failures = length - start >= BlockLength ? 1 : failures + 1;
                if (failures > retries)
                    throw new TransferException(TransferTrouble.Unreachable, Text.Say($"reading blob {digest} in {client.Host}/{repository}: the connection broke after {length} bytes"), e);
            }
        }
    }

    private static bool MayPass(Exception e, CancellationToken cancellation) =>
        !cancellation.IsCancellationRequested
        && e is HttpIOException or IOException or HttpRequestException or TimeoutException or TransferException { Trouble: TransferTrouble.Unreachable };

    private static async Task<HttpResponseMessage> OpenAsync(
        RegistryClient client, RepositoryName repository, Digest digest, long from, CancellationToken cancellation)
    {
        var call = new Call(new Uri(await client.BaseAsync(cancellation), $"/v2/{repository}/blobs/{digest}"))
        {
            Authorization = await client.AuthorizationAsync(repository, cancellation),
            From = from == 0 ? null : from,
        };
        var response = await client.Transport.OpenAsync(call, cancellation);
        var isWanted = response.StatusCode == HttpStatusCode.OK
            || (response.StatusCode == HttpStatusCode.PartialContent && from > 0 && response.Content.Headers.ContentRange?.From == from);
        if (isWanted)
            return response;
        using (response)
        {
            var trouble = response.StatusCode == HttpStatusCode.NotFound ? TransferTrouble.NotFound : TransferTrouble.Protocol;
            throw new TransferException(trouble, Text.Say($"reading blob {digest} in {client.Host}/{repository}: received unexpected HTTP status: {(int)response.StatusCode} {response.ReasonPhrase}"));
        }
    }

    // The server does not resume: what we have already is read again and dropped.
    private static async Task SkipAsync(Stream body, long length, byte[] block, CancellationToken cancellation)
    {
        while (length > 0)
        {
            var count = await ReadAsync(body, block.AsMemory(0, (int)Math.Min(length, block.Length)), cancellation);
            if (count == 0)
                throw new IOException(Text.Say("the blob became shorter"));
            length -= count;
        }
    }

    private static async ValueTask<int> ReadAsync(Stream body, Memory<byte> block, CancellationToken cancellation)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        silence.CancelAfter(Silence);
        try
        {
            return await body.ReadAsync(block, silence.Token);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException(Text.Say("nothing came for a minute"), e);
        }
    }
}
