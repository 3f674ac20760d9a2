using Plomba.Images;
using Plomba.Images.Manifests;
using Plomba.Images.Transports;
using Plomba.Transfer.Registries;
using Plomba.Transfer.Signatures;
using Plomba.Transfer.Verifying;
using Plomba.Trust.Files;

namespace Plomba.Transfer.Signing.InPlace;

/// <summary>
/// Signs images that are in a registry already. What the name stands for is found out once; signatures are added and
/// never replaced; each is read back from its store and verified with the signer's own key before it counts as made.
/// Thread-safe.
/// </summary>
/// <param name="clients">Connections.</param>
/// <param name="configuration">How registries are reached, and where signatures go.</param>
/// <param name="files">Reads directories of signatures.</param>
/// <param name="clock">Dates and waiting.</param>
public sealed class ImageSigner(RegistryClients clients, IRegistryConfiguration configuration, ITrustFiles files, TimeProvider clock)
{
    /// <summary>Signs one image with every key. A failure is part of the answer; what was signed before it stays.</summary>
    /// <param name="image">The image.</param>
    /// <param name="signers">At least one.</param>
    /// <param name="scope">What of it.</param>
    /// <param name="progress">Told of every signature as it is made; null: nobody is told.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    public async Task<SignedImage> SignAsync(
        DockerImage image, IReadOnlyList<ManifestSigner> signers, SigningScope scope, IProgress<SignedManifest>? progress, CancellationToken cancellation)
    {
        var identity = (scope.Identity ?? image.Reference).Text;
        var run = new Run(signers, identity, progress, clock);
        Digest? digest = null;
        try
        {
            var (client, route) = Reach(image);
            var place = new Place(client, route, new LookasideSignatures(client.Transport, files), files);
            var source = new RegistrySource(image, client, route, files);
            var manifest = await source.GetManifestAsync(cancellation);
            var document = Parse(manifest);
            digest = image.Reference.Digest is { IsSha256: true } asked ? asked : Digest.Sha256(manifest.Bytes.Span);
            // The index last: who finds it signed finds its instances signed.
            if (document is ImageIndex index && scope.WithInstances)
            {
                foreach (var instance in index.Manifests)
                    await run.SignAsync(place, await InstanceAsync(source, instance, cancellation), cancellation);
            }

            await run.SignAsync(place, new Target(digest.Value, document, null), cancellation);
            return new SignedImage(image.Reference, identity, digest, run.Done, null, null);
        }
        catch (TransferException e)
        {
            return new SignedImage(image.Reference, identity, digest, run.Done, e.Message, run.Hint ?? TroubleHints.For(e, image));
        }
    }

    // Signatures go to the registry itself: a mirror would not hand them on.
    private (RegistryClient Client, RegistryRoute Route) Reach(DockerImage image)
    {
        var route = configuration.RoutesTo(image.Reference)[^1];
        if (route.BlockedBy is { } prefix)
            throw new TransferException(TransferTrouble.Configuration, Text.Say($"registry {prefix} is blocked in registries.conf"));
        return RegistryHost.TryParse(route.Reference.Domain, out var host)
            ? (clients.For(host, route.IsInsecure), route)
            : throw new TransferException(TransferTrouble.Configuration, Text.Say($"\"{route.Reference.Domain}\" is no host name"));
    }

    private static async Task<Target> InstanceAsync(RegistrySource source, Descriptor instance, CancellationToken cancellation) =>
        new(instance.Digest, Parse(await source.GetInstanceAsync(instance.Digest, cancellation)), instance.Platform?.ToString());

    private static ManifestDocument Parse(StoredManifest manifest) =>
        ManifestDocument.TryParse(manifest.Bytes, manifest.MediaType, out var document, out var error)
            ? document
            : throw new TransferException(TransferTrouble.Protocol, Text.Say($"the manifest cannot be used: {error.Message}"));
}
