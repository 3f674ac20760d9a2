using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Plomba.Images;
using Plomba.Transfer.Registries.Http;
using Plomba.Trust;
using Plomba.Trust.Configuration.RegistriesD;
using Plomba.Trust.Files;
using Plomba.Trust.Policy;
using Plomba.Trust.SimpleSigning;

namespace Plomba.Transfer.Signatures;

/// <summary>
/// Reads detached signatures <c>signature-1</c>, <c>-2</c>, … from a web server or a directory until the first that is
/// missing (TRUST.md §5.3). The registry's credentials are never sent there.
/// </summary>
internal sealed class LookasideSignatures(HttpTransport transport, ITrustFiles files)
{
    /// <summary>As many are read; a store with more is taken for broken.</summary>
    public const int Most = 128;

    /// <summary>What is said of a store with more.</summary>
    public static string TooMany => Text.Say("server provided 128 signatures, assuming that's unreasonable and a server error");

    /// <summary>All signatures of one manifest.</summary>
    /// <param name="choice">Where registries.d says they are.</param>
    /// <param name="manifest">The digest they are stored under.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public async Task<SignatureListing> ReadAsync(LookasideChoice choice, Digest manifest, CancellationToken cancellation)
    {
        if (choice.Repository is not { } repository)
            return SignatureListing.Failed(choice.Error!, new SignatureStore("lookaside", choice.TopLevel, choice.File));
        var store = new SignatureStore("lookaside", FolderOf(repository.Signature(manifest, 1)), choice.File);
        var signatures = new List<StoredSignature>();
        try
        {
            while (signatures.Count < Most)
            {
                if (await ReadOneAsync(repository.Signature(manifest, signatures.Count + 1), cancellation) is not { } signature)
                    return SignatureListing.Of(signatures, store);
                signatures.Add(signature);
            }

            return SignatureListing.Failed(TooMany, store);
        }
        catch (TransferException e)
        {
            return SignatureListing.Failed(e.Message, store);
        }
    }

    private Task<StoredSignature?> ReadOneAsync(StoreUrl url, CancellationToken cancellation) => url.Scheme switch
    {
        "file" => Task.FromResult(ReadFile(url)),
        "http" or "https" => ReadUrlAsync(url, cancellation),
        _ => throw new TransferException(TransferTrouble.Configuration, Text.Say($"Unsupported scheme when reading signature from {url.Shown}")),
    };

    private StoredSignature? ReadFile(StoreUrl url)
    {
        var reading = files.Read(url.Path, StoredSignature.MaximumLength);
        return reading.Problem switch
        {
            FileProblem.Missing => null,
            FileProblem.None => Parse(reading.Bytes, $"\"{url.Path}\""),
            _ => throw new TransferException(TransferTrouble.Protocol, reading.Message),
        };
    }

    private async Task<StoredSignature?> ReadUrlAsync(StoreUrl url, CancellationToken cancellation)
    {
        // The text is requested as it stands: Uri must not resolve or decode anything in it.
        if (!Uri.TryCreate(url.ToString(), new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }, out var uri))
            throw new TransferException(TransferTrouble.Configuration, Text.Say($"Invalid signature storage URL {url.Shown}"));
        var call = new Call(uri)
        {
            Authorization = uri.UserInfo.Length == 0
                ? null
                : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(uri.UserInfo)))),
        };
        var answer = await transport.FetchAsync(call, StoredSignature.MaximumLength, cancellation);
        if (answer.Status == HttpStatusCode.NotFound)
            return null;
        return answer.IsOk
            ? Parse(answer.Body, url.Shown)
            : throw new TransferException(
                TransferTrouble.Protocol, Text.Say($"reading signature from {url.Shown}: received unexpected HTTP status: {answer.StatusText}"));
    }

    private static StoredSignature Parse(ReadOnlyMemory<byte> blob, string name) =>
        StoredBlob.TryRead(blob, out var signature, out var error)
            ? signature
            : throw new TransferException(TransferTrouble.Protocol, Text.Say($"parsing signature {name}: {error}"));

    private static string FolderOf(StoreUrl signature) => signature.Shown[..(signature.Shown.LastIndexOf('/') + 1)];
}
