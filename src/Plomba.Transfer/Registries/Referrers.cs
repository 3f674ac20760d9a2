using System.Net;
using Plomba.Images;
using Plomba.Images.Manifests;

namespace Plomba.Transfer.Registries;

/// <summary>
/// What refers to a manifest: the registry's referrers API, else the index under the tag <c>sha256-…</c> that stands in
/// for it (OCI distribution spec, "Listing Referrers"). Throws <see cref="TransferException"/> when neither can be read.
/// </summary>
internal static class Referrers
{
    private const int LongestPage = 4 * 1024 * 1024;
    private const int MostPages = 64;

    /// <summary>The tag that stands in for the API.</summary>
    public static string FallbackTag(Digest manifest) => $"{manifest.Algorithm}-{manifest.Hex}";

    /// <summary>Descriptors of the given artifact type; the registry may or may not have filtered them itself.</summary>
    /// <param name="client">The registry.</param>
    /// <param name="repository">Where the manifest is.</param>
    /// <param name="manifest">The manifest.</param>
    /// <param name="artifactType">What is wanted.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public static async Task<IReadOnlyList<Descriptor>> ListAsync(
        RegistryClient client, RepositoryName repository, Digest manifest, string artifactType, CancellationToken cancellation)
    {
        var found = new List<Descriptor>();
        var path = $"/v2/{repository}/referrers/{manifest}?artifactType={Uri.EscapeDataString(artifactType)}";
        for (var page = 0; page < MostPages; page++)
        {
            var answer = await client.FetchAsync(repository, path, [MediaTypes.OciIndex], LongestPage, cancellation);
            if (IsUnsupported(answer.Status) && page == 0)
                return await ListFallbackAsync(client, repository, manifest, cancellation) is { } index ? index.Manifests : [];
            if (!answer.IsOk)
                throw ServerError.From(answer).While(Text.Say($"listing what refers to {manifest} in {client.Host}/{repository}"));
            found.AddRange(Parse(new StoredManifest(answer.Body, MediaTypes.OciIndex), manifest).Manifests);
            if (LinkHeader.Next(answer.Headers["Link"].FirstOrDefault(), "referrers") is not { } next)
                return found;
            path = next;
        }

        throw new TransferException(TransferTrouble.Protocol, Text.Say($"the list of what refers to {manifest} has no end"));
    }

    /// <summary>Whether the registry has the API.</summary>
    public static async Task<bool> AreListedAsync(RegistryClient client, RepositoryName repository, Digest manifest, CancellationToken cancellation) =>
        !IsUnsupported((await client.FetchAsync(repository, $"/v2/{repository}/referrers/{manifest}", [MediaTypes.OciIndex], LongestPage, cancellation)).Status);

    /// <summary>The index under the tag that stands in for the API; null when there is none.</summary>
    public static async Task<ImageIndex?> ListFallbackAsync(RegistryClient client, RepositoryName repository, Digest manifest, CancellationToken cancellation) =>
        Tag.TryParse(FallbackTag(manifest), out var tag) && await client.FindManifestAsync(repository, tag, cancellation) is { } stored ? Parse(stored, manifest) : null;

    // 404 by the specification; what other registries answer to a path they do not know is as little of an answer.
    private static bool IsUnsupported(HttpStatusCode status) => (int)status is >= 400 and < 500 && status != HttpStatusCode.TooManyRequests;

    /// <summary>The index that stands in for the API.</summary>
    public static ImageIndex Parse(StoredManifest stored, Digest manifest) =>
        ManifestDocument.TryParse(stored.Bytes, stored.MediaType, out var document, out _) && document is ImageIndex index
            ? index
            : throw new TransferException(TransferTrouble.Protocol, Text.Say($"the list of what refers to {manifest} is no index"));
}
