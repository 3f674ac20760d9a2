using Plomba.Images;
using Plomba.Images.Transports;
using Plomba.Transfer.Layouts;
using Plomba.Transfer.Registries;
using Plomba.Trust.Configuration.RegistriesD;
using Plomba.Trust.Files;

namespace Plomba.Transfer;

/// <summary>What the configuration says about one image of a registry.</summary>
/// <param name="IsInsecure">registries.conf lets it be reached without TLS.</param>
/// <param name="Lookaside">Where its detached signatures are.</param>
/// <param name="UsesAttachments">Sigstore attachments in the registry itself are read, too.</param>
public sealed record RegistryRoute(bool IsInsecure, LookasideChoice Lookaside, bool UsesAttachments = false);

/// <summary>registries.conf and registries.d, or what is derived from a site in their place. Thread-safe.</summary>
public interface IRegistryConfiguration
{
    /// <summary>How an image is reached.</summary>
    /// <exception cref="TransferException">The registry is blocked, or the configuration cannot be used.</exception>
    RegistryRoute RouteTo(ImageReference image);
}

/// <summary>Opens images by their names: one switch, one line for each transport. Thread-safe.</summary>
public sealed class ImageSources(RegistryClients clients, IRegistryConfiguration configuration, ITrustFiles files)
{
    /// <summary>Whether images of that kind can be read.</summary>
    public static bool CanOpen(TransportReference image) => image is DockerImage { IsUnknownDigest: false } or DirImage or OciImage;

    /// <summary>Opens an image; nothing is read yet.</summary>
    /// <exception cref="TransferException">The registry is blocked or named impossibly, or the transport cannot be read.</exception>
    public IImageSource Open(TransportReference image) => image switch
    {
        DockerImage docker => Open(docker),
        DirImage directory => new DirectorySource(directory, files),
        OciImage layout => new OciLayoutSource(layout, files),
        _ => throw new TransferException(TransferTrouble.Configuration, $"images cannot be read from {image.Transport}:"),
    };

    private RegistrySource Open(DockerImage image)
    {
        if (!RegistryHost.TryParse(image.Reference.Domain, out var host))
            throw new TransferException(TransferTrouble.Configuration, $"\"{image.Reference.Domain}\" is no host name");
        var route = configuration.RouteTo(image.Reference);
        return new RegistrySource(image, clients.For(host, route.IsInsecure), route, files);
    }
}
