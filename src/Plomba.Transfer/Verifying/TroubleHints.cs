using Plomba.Images.Transports;

namespace Plomba.Transfer.Verifying;

/// <summary>What a user can do when an image could not be read.</summary>
internal static class TroubleHints
{
    public static string? For(TransferException trouble, TransportReference image)
    {
        var host = image.DockerReference?.Domain ?? Text.Say("the registry");
        return trouble.Trouble switch
        {
            TransferTrouble.NotFound => Text.Say("See that the name is right and that the image is there."),
            TransferTrouble.Denied => Text.Say($"Log in with 'podman login {host}', or name a credentials file with --authfile."),
            TransferTrouble.Unreachable => Text.Say($"See that {host} is the right name, resolves and runs; then try again."),
            TransferTrouble.Tls =>
                Text.Say($"Put the registry's CA into /etc/containers/certs.d/{host}/ca.crt; for a registry without TLS use --tls-verify=false, or insecure = true in registries.conf."),
            TransferTrouble.Mismatch => Text.Say("Other bytes than were asked for: do not use the image before whoever runs its store has explained that."),
            _ => null,
        };
    }
}
