using System.CommandLine;
using Plomba.Images;
using Plomba.Transfer.Signing;
using Plomba.Transfer.Signing.InPlace;
using Plomba.Verbs.Key;

namespace Plomba.CommandLine;

/// <summary>The option group <c>sign</c>: by which keys, and as what.</summary>
internal sealed class SignOptions
{
    private readonly Option<string[]> _signBy = new("--sign-by")
    {
        Description = Text.Say("The key to sign with: a fingerprint, a user id that fits one secret key only, or a key file."),
        HelpName = "KEY",
    };

    private readonly Option<string[]> _sigstore = new("--sign-by-sigstore-private-key")
    {
        Description = Text.Say("The sigstore private key to sign with: a file of cosign, skopeo or plomba key new --type sigstore."),
        HelpName = "FILE",
    };

    private readonly Option<bool> _bundle = new("--bundle")
    {
        Description = Text.Say("Store sigstore signatures as bundles that refer to the image, as cosign 3 does; podman and skopeo do not read them."),
    };

    private readonly Option<string?> _identity = new("--sign-identity")
    {
        Description = Text.Say("The name that the signature is for, with a tag or a digest (default: the image's own)."),
        HelpName = "REFERENCE",
    };

    private readonly Option<string?> _passphraseFile = new("--sign-passphrase-file")
    {
        Description = Text.Say("The key's passphrase is the first line of this file."),
        HelpName = "FILE",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_signBy);
        command.Add(_sigstore);
        command.Add(_bundle);
        command.Add(_identity);
        command.Add(_passphraseFile);
        command.Add(KeyOptions.GpgHome);
        command.Validators.Add(result =>
        {
            if (result.GetResult(_signBy) is null && result.GetResult(_sigstore) is null)
                result.AddError(Text.Say("name a key to sign with: --sign-by KEY or --sign-by-sigstore-private-key FILE"));
            if (result.GetValue(_bundle) && result.GetResult(_sigstore) is null)
                result.AddError(Text.Say("--bundle goes with --sign-by-sigstore-private-key"));
        });
    }

    /// <summary>The name that signatures are to be for; null: each image's own.</summary>
    /// <exception cref="Failure">It is none that can be signed.</exception>
    public ImageReference? ReadIdentity(ParseResult parsed)
    {
        if (parsed.GetValue(_identity) is not { } text)
            return null;
        if (!ImageReference.TryParseCanonical(text, out var identity, out var error))
            throw Failure.Usage($"--sign-identity {text}: {error.Message}", Text.Say("Write it whole, as users will pull it: registry.example.org/team/app:1.0"));
        return identity.IsNameOnly ? throw Failure.Usage(Text.Say($"reference {identity} can’t be signed, it has neither a tag nor a digest")) : identity;
    }

    /// <summary>Every key that was named, ready to sign.</summary>
    /// <exception cref="Failure">One of them cannot sign.</exception>
    public async Task<IReadOnlyList<ManifestSigner>> ReadSignersAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var passphraseFile = parsed.GetValue(_passphraseFile);
        if (passphraseFile is not null && !Path.Exists(passphraseFile))
            throw Failure.Usage(Text.Say($"--sign-passphrase-file {passphraseFile}: no such file"));
        var passphrase = new Passphrase(passphraseFile, terminal.ReadSecret);
        var byName = new SignerByName(parsed.GetValue(KeyOptions.GpgHome), passphrase, TimeProvider.System);
        var signers = new List<ManifestSigner>();
        foreach (var name in parsed.GetValue(_signBy) ?? [])
            signers.Add(ManifestSigner.Simple((await byName.FindAsync(name, cancellation)).OrFail(), TimeProvider.System));
        foreach (var file in parsed.GetValue(_sigstore) ?? [])
        {
            var key = SigstoreKeyFile.Open(file, passphrase).OrFail();
            signers.Add(parsed.GetValue(_bundle) ? ManifestSigner.SigstoreBundle(key) : ManifestSigner.Sigstore(key, TimeProvider.System));
        }

        return [.. signers.DistinctBy(s => (s.Key, s.Format))];
    }
}
