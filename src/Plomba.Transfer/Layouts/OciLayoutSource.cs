using System.Text.Json;
using Plomba.Images;
using Plomba.Images.Transports;
using Plomba.Trust.Files;
using Plomba.Trust.Policy;

namespace Plomba.Transfer.Layouts;

/// <summary>
/// Reads an image from an OCI layout directory (OCI image spec, image-layout.md). Such a layout holds no simple
/// signatures.
/// </summary>
internal sealed class OciLayoutSource(OciImage image, ITrustFiles files) : IImageSource
{
    private const string ReferenceName = "org.opencontainers.image.ref.name";

    /// <inheritdoc/>
    public TransportReference Name => image;

    /// <inheritdoc/>
    public Task<StoredManifest> GetManifestAsync(CancellationToken cancellation)
    {
        var (digest, mediaType) = Choose();
        return Task.FromResult(new StoredManifest(ReadBlob(digest), mediaType));
    }

    /// <inheritdoc/>
    public Task<StoredManifest> GetInstanceAsync(Digest instance, CancellationToken cancellation) =>
        Task.FromResult(new StoredManifest(ReadBlob(instance), null));

    /// <inheritdoc/>
    public Task<SignatureListing> GetSignaturesAsync(Digest manifest, bool isInstance, CancellationToken cancellation) =>
        Task.FromResult(SignatureListing.Of([], new SignatureStore("none", image.Path)));

    private (Digest Digest, string MediaType) Choose()
    {
        var path = Path.Combine(image.Path, "index.json");
        try
        {
            using var document = JsonDocument.Parse(Read(path));
            var entries = document.RootElement.GetProperty("manifests").EnumerateArray().ToArray();
            var chosen = Choose(entries);
            if (!Digest.TryParse(chosen.GetProperty("digest").GetString(), out var digest))
                throw new TransferException(TransferTrouble.Protocol, Text.Say($"{path}: a descriptor has no valid digest"));
            return (digest, MediaTypeOf(chosen));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new TransferException(TransferTrouble.Protocol, Text.Say($"{path}: not an OCI index"), e);
        }
    }

    private JsonElement Choose(JsonElement[] entries)
    {
        if (image.SourceIndex is { } index)
        {
            return index < entries.Length
                ? entries[index]
                : throw new TransferException(TransferTrouble.NotFound, Text.Say($"{image.Path}: index {index} is too large, only {entries.Length} entries available"));
        }

        if (image.Name.Length == 0)
        {
            return entries.Length == 1
                ? entries[0]
                : throw new TransferException(TransferTrouble.NotFound, Text.Say($"{image.Path} holds {entries.Length} images, choose one: oci:{image.Path}:NAME or :@N"));
        }

        foreach (var entry in entries)
        {
            if (MediaTypeOf(entry) is MediaTypes.OciManifest or MediaTypes.OciIndex && NameOf(entry) == image.Name)
                return entry;
        }

        throw new TransferException(TransferTrouble.NotFound, Text.Say($"no descriptor found for reference \"{image.Name}\" in {image.Path}"));
    }

    private static string MediaTypeOf(JsonElement descriptor) =>
        descriptor.TryGetProperty("mediaType", out var type) ? type.GetString() ?? "" : "";

    private static string? NameOf(JsonElement descriptor) =>
        descriptor.TryGetProperty("annotations", out var annotations) && annotations.ValueKind == JsonValueKind.Object
        && annotations.TryGetProperty(ReferenceName, out var name)
            ? name.GetString()
            : null;

    private ReadOnlyMemory<byte> ReadBlob(Digest digest)
    {
        var bytes = Read(Path.Combine(image.Path, "blobs", digest.Algorithm, digest.Hex));
        return digest.Of(bytes.Span) == digest
            ? bytes
            : throw new TransferException(TransferTrouble.Mismatch, $"Manifest does not match provided manifest digest {digest}");
    }

    private ReadOnlyMemory<byte> Read(string path)
    {
        var reading = files.Read(path, StoredManifest.LongestManifest);
        return reading.IsRead
            ? reading.Bytes
            : throw new TransferException(
                reading.Problem == FileProblem.Missing ? TransferTrouble.NotFound : TransferTrouble.Protocol, reading.Message);
    }
}
