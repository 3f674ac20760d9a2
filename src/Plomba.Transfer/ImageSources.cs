using Plomba.Images;
using Plomba.Images.Transports;
using Plomba.Transfer.Layouts;
using Plomba.Transfer.Registries;
using Plomba.Trust.Configuration.RegistriesD;
using Plomba.Trust.Files;

namespace Plomba.Transfer;

/// <summary>One place an image may be pulled from, and what the configuration says about it.</summary>
/// <param name="Reference">The name there: the image's own, or a mirror's.</param>
/// <param name="IsInsecure">registries.conf lets it be reached without TLS.</param>
/// <param name="Lookaside">Where its detached signatures are.</param>
/// <param name="UsesAttachments">Sigstore attachments in the registry itself are read, too.</param>
/// <param name="BlockedBy">The prefix of registries.conf that forbids to contact it; null: nothing does.</param>
public sealed record RegistryRoute(
    ImageReference Reference, bool IsInsecure, LookasideChoice Lookaside, bool UsesAttachments = false, string? BlockedBy = null)
{
    /// <summary>Where detached signatures of it are written; null when only reading was configured.</summary>
    public LookasideChoice? Staging { get; init; }
}

/// <summary>registries.conf and registries.d, or what is derived from a site in their place. Thread-safe.</summary>
public interface IRegistryConfiguration
{
    /// <summary>How an image is reached: mirrors in order, and last the registry itself. Never empty.</summary>
    /// <exception cref="TransferException">The configuration cannot be used for this image.</exception>
    IReadOnlyList<RegistryRoute> RoutesTo(ImageReference image);
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
        _ => throw new TransferException(TransferTrouble.Configuration, Text.Say($"images cannot be read from {image.Transport}:")),
    };

    private IImageSource Open(DockerImage image) => configuration.RoutesTo(image.Reference) switch
    {
        [var only] => Open(image, only),
        var routes => new MirroredSource(image, routes, route => Open(image, route)),
    };

    private RegistrySource Open(DockerImage image, RegistryRoute route)
    {
        if (!RegistryHost.TryParse(route.Reference.Domain, out var host))
            throw new TransferException(TransferTrouble.Configuration, Text.Say($"\"{route.Reference.Domain}\" is no host name"));
        return route.BlockedBy is { } prefix
            ? throw new TransferException(TransferTrouble.Configuration, Text.Say($"registry {prefix} is blocked in registries.conf"))
            : new RegistrySource(image, clients.For(host, route.IsInsecure), route, files);
    }
}
