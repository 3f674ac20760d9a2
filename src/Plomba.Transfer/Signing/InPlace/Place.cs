using Plomba.Transfer.Registries;
using Plomba.Transfer.Signatures;
using Plomba.Trust.Files;

namespace Plomba.Transfer.Signing.InPlace;

/// <summary>The repository whose images are signed, and the stores that its signatures go to.</summary>
internal sealed record Place(RegistryClient Client, RegistryRoute Route, LookasideSignatures Lookaside, ITrustFiles Files)
{
    /// <summary>The store for signatures of a kind, chosen as podman and skopeo choose it: the registry's own before a directory.</summary>
    /// <exception cref="TransferException">The configuration names none that can be written.</exception>
    public async Task<ISignatureDestination> ForAsync(SignatureKind kind, Target target, TimeProvider clock, CancellationToken cancellation)
    {
        return kind switch
        {
            SignatureKind.Simple when await Client.ServesSignaturesAsync(cancellation) => new ExtensionDestination(Client, Route.Reference.Path),
            SignatureKind.Simple => new StagingDestination(
                Route.Staging ?? throw new TransferException(TransferTrouble.Configuration, Text.Say("no configuration says where signatures are written")),
                Route.Lookaside,
                Lookaside,
                Files,
                clock),
            _ when !Route.UsesAttachments => throw new TransferException(
                TransferTrouble.Configuration, Text.Say("writing sigstore attachments is disabled by configuration (registries.d: use-sigstore-attachments: true allows it)")),
            SignatureKind.Attachment => new AttachmentDestination(Client, Route.Reference.Path),
            _ => new BundleDestination(Client, Route.Reference.Path, target.Document, clock),
        };
    }
}
