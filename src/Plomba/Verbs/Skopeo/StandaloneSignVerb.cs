using System.CommandLine;
using Plomba.CommandLine;
using Plomba.Transfer.Signing;
using Plomba.Trust.SimpleSigning;
using Plomba.Verbs.Key;

namespace Plomba.Verbs.Skopeo;

/// <summary><c>plomba standalone-sign MANIFEST DOCKER-REFERENCE KEY-FINGERPRINT --output SIGNATURE</c></summary>
internal static class StandaloneSignVerb
{
    private static readonly Argument<string> Manifest = new("MANIFEST") { Description = Text.Say("The manifest.") };
    private static readonly Argument<string> Reference = new("DOCKER-REFERENCE") { Description = Text.Say("What the signature is for; written into it as it is.") };
    private static readonly Argument<string> KeyName = new("KEY-FINGERPRINT") { Description = Text.Say("The key; its secret half is in the GnuPG home.") };
    private static readonly Option<string> SignatureFile = new("--output", "-o") { Description = Text.Say("Where the signature is written."), HelpName = "SIGNATURE", Required = true };
    private static readonly Option<string?> PassphraseFile = new("--passphrase-file") { Description = Text.Say("The key's passphrase is the first line of this file."), HelpName = "FILE" };

    public static Command Create() => new Command("standalone-sign", Text.Say("Make a signature in a file (as skopeo's).")) { Manifest, Reference, KeyName, SignatureFile, PassphraseFile }.DoesAsSkopeo(async (parsed, terminal, cancellation) =>
    {
        var (_, digest) = LocalFile.ReadManifest(parsed.GetRequiredValue(Manifest));
        var file = parsed.GetRequiredValue(SignatureFile);
        var passphrase = new Passphrase(parsed.GetValue(PassphraseFile), terminal.ReadSecret);
        var signer = (await new SignerByName(null, passphrase, TimeProvider.System).FindAsync(parsed.GetRequiredValue(KeyName), cancellation)).OrFail();
        var payload = new SignedPayload(digest, parsed.GetRequiredValue(Reference), "plomba", TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        var signature = (await signer.SignAsync(payload.Write(), cancellation)).OrFail();
        try
        {
            LocalFile.Write(file, signature);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Failure($"Error writing signature to {file}: {e.Message}");
        }

        return ExitCode.Done;
    });
}
