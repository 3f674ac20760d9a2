using Plomba.Images;
using Plomba.Images.Transports;
using Plomba.Trust;
using Plomba.Trust.Files;
using Plomba.Trust.Policy;

namespace Plomba.Transfer.Layouts;

/// <summary>
/// Reads an image from a <c>dir:</c> layout (TRUST.md §5.2): <c>manifest.json</c>, <c>signature-N</c>, and for the
/// instances of an index <c>HEX.manifest.json</c> and <c>HEX.signature-N</c>.
/// </summary>
internal sealed class DirectorySource(DirImage image, ITrustFiles files) : IImageSource
{
    private const int MostSignatures = 128;

    /// <inheritdoc/>
    public TransportReference Name => image;

    /// <inheritdoc/>
    public Task<StoredManifest> GetManifestAsync(CancellationToken cancellation) =>
        Task.FromResult(new StoredManifest(Read("manifest.json"), null));

    /// <inheritdoc/>
    public Task<StoredManifest> GetInstanceAsync(Digest instance, CancellationToken cancellation)
    {
        var bytes = Read($"{FileName(instance)}.manifest.json");
        return instance.Of(bytes.Span) == instance
            ? Task.FromResult(new StoredManifest(bytes, null))
            : throw new TransferException(TransferTrouble.Mismatch, $"Manifest does not match provided manifest digest {instance}");
    }

    /// <inheritdoc/>
    public Task<SignatureListing> GetSignaturesAsync(Digest manifest, bool isInstance, CancellationToken cancellation)
    {
        var store = new SignatureStore("dir", image.Path);
        var prefix = isInstance ? $"{FileName(manifest)}." : "";
        var blobs = new List<(string, ReadOnlyMemory<byte>)>();
        while (blobs.Count < MostSignatures)
        {
            var path = Path.Combine(image.Path, $"{prefix}signature-{blobs.Count + 1}");
            var reading = files.Read(path, StoredSignature.MaximumLength);
            if (reading.Problem == FileProblem.Missing)
                return Task.FromResult(SignatureListing.OfBlobs(blobs, store));
            if (!reading.IsRead)
                return Task.FromResult(SignatureListing.Failed(reading.Message, store));
            blobs.Add((path, reading.Bytes));
        }

        return Task.FromResult(SignatureListing.Failed(Text.Say($"{image.Path} holds {MostSignatures} signatures or more: more than is reasonable"), store));
    }

    // sha256 is the layout's own algorithm and has no prefix.
    private static string FileName(Digest digest) => digest.IsSha256 ? digest.Hex : $"{digest.Algorithm}-{digest.Hex}";

    private ReadOnlyMemory<byte> Read(string name)
    {
        var reading = files.Read(Path.Combine(image.Path, name), StoredManifest.LongestManifest);
        return reading.IsRead
            ? reading.Bytes
            : throw new TransferException(
                reading.Problem == FileProblem.Missing ? TransferTrouble.NotFound : TransferTrouble.Protocol, reading.Message);
    }
}
