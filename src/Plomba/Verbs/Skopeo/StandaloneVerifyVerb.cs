using System.CommandLine;
using Plomba.CommandLine;
using Plomba.Images;
using Plomba.Transfer.Signing;
using Plomba.Trust;
using Plomba.Trust.Keys;
using Plomba.Trust.SimpleSigning;

namespace Plomba.Verbs.Skopeo;

/// <summary><c>plomba standalone-verify MANIFEST DOCKER-REFERENCE KEY-FINGERPRINTS SIGNATURE</c></summary>
internal static class StandaloneVerifyVerb
{
    private const string AnyKey = "any";

    private static readonly Argument<string> Manifest = new("MANIFEST") { Description = Text.Say("The manifest.") };
    private static readonly Argument<string> Reference = new("DOCKER-REFERENCE") { Description = Text.Say("What the signature must be for.") };
    private static readonly Argument<string> Keys = new("KEY-FINGERPRINT") { Description = Text.Say("Whose signature counts: full fingerprints, separated by commas; any, with --public-key-file.") };
    private static readonly Argument<string> Signature = new("SIGNATURE") { Description = Text.Say("The signature.") };
    private static readonly Option<string?> KeyFile = new("--public-key-file") { Description = Text.Say("The public keys (default: those of the GnuPG home)."), HelpName = "FILE" };

    public static Command Create() => new Command("standalone-verify", Text.Say("Verify a signature in a file (as skopeo's).")) { Manifest, Reference, Keys, Signature, KeyFile }.DoesAsSkopeo(async (parsed, terminal, cancellation) =>
    {
        var named = parsed.GetRequiredValue(Keys).Split(',');
        var keyFile = parsed.GetValue(KeyFile);
        if (keyFile is null && named is [AnyKey])
            throw new Failure("Cannot use any fingerprint without a public key file");
        var (_, digest) = LocalFile.ReadManifest(parsed.GetRequiredValue(Manifest));
        var signature = LocalFile.Read(parsed.GetRequiredValue(Signature), "signature", StoredSignature.MaximumLength);
        var sources = keyFile is null
            ? await OfHomeAsync(named, cancellation)
            : [new KeySource(keyFile, LocalFile.Read(keyFile, "public keys", KeyRing.MaximumLength))];
        var check = new OpenPgpMechanism(TimeProvider.System).Import(sources).Verify(signature);
        if (Refusal(check, named, digest, parsed.GetRequiredValue(Reference)) is { } refusal)
            throw new Failure($"Error verifying signature: {refusal}");
        terminal.WriteLine($"Signature verified using fingerprint {check.Key}, digest {digest}");
        return ExitCode.Done;
    });

    // Only full fingerprints as GnuPG prints them are compared: no key ids, no other case.
    private static string? Refusal(SignatureCheck check, string[] named, Digest digest, string reference)
    {
        if (!ImageReference.TryParse(reference, out var wanted, out var wrong))
            return wrong.Message;
        if (!check.IsGood)
            return check.Message;
        if (named is not [AnyKey] && !named.Contains(check.Key!.Value.Text, StringComparer.Ordinal))
            return $"signature by key {check.SigningKey} of {check.Key} is not accepted";
        if (!SignedPayload.TryParse(check.Content, out var payload, out var malformed))
            return malformed;
        if (payload.ManifestDigest != digest)
            return $"Signature for docker digest \"{payload.ManifestDigest}\" does not match";
        return ImageReference.TryParse(payload.DockerReference, out var signed) && signed.Text == wanted.Text
            ? null
            : $"Docker reference in the signature does not match {wanted}";
    }

    private static async Task<IReadOnlyList<KeySource>> OfHomeAsync(string[] named, CancellationToken cancellation)
    {
        var home = new GpgHome(null, TimeProvider.System);
        var sources = new List<KeySource>();
        foreach (var name in named)
        {
            if (Fingerprint.TryParse(name, out var fingerprint) && (await home.ExportAsync(fingerprint, cancellation)).TryGet(out var key, out _))
                sources.Add(new KeySource(name, key));
        }

        return sources;
    }
}
