using System.CommandLine;
using System.CommandLine.Parsing;
using Plomba.CommandLine;
using Plomba.Transfer.Signing;

namespace Plomba.Verbs.Key;

/// <summary><c>plomba key new</c>: a key in the GnuPG home, or as a file of its own.</summary>
internal static class KeyNewVerb
{
    private static readonly Option<string> Type = CreateType();

    private static readonly Option<string?> Name = new("--name") { Description = Text.Say("The owner's name."), HelpName = "N" };

    private static readonly Option<string?> Email = new("--email") { Description = Text.Say("The owner's e-mail address (openpgp)."), HelpName = "E" };

    private static readonly Option<string> Algorithm = CreateAlgorithm();

    private static readonly Option<Lifetime> Expires = new("--expires")
    {
        Description = Text.Say("How long the key counts (90d, 2y), or never."),
        HelpName = "DURATION",
        DefaultValueFactory = _ => new Lifetime(NewKey.DefaultLifetime),
        CustomParser = ParseLifetime,
    };

    private static readonly Option<string?> KeyFile = new("--file", "-o") { Description = Text.Say("Make a key file (mode 0600) instead of a key in the GnuPG home."), HelpName = "FILE" };

    private static readonly Option<string?> PassphraseFile = new("--passphrase-file")
    {
        Description = Text.Say("The passphrase is the first line of this file; empty (/dev/null): none. Without it you are asked."),
        HelpName = "FILE",
    };

    public static Command Create() => new Command("new", Text.Say("Make a key to sign images with, and the certificate that revokes it; or an administrator's key for the trust bundle."))
    {
        Type, Name, Email, Algorithm, Expires, KeyOptions.GpgHome, KeyFile, PassphraseFile,
    }.Does(async (parsed, terminal, cancellation) =>
    {
        var passphraseFile = parsed.GetValue(PassphraseFile);
        if (parsed.GetValue(Type) == "tuf")
            return TufKeyCreation.Run(parsed.GetValue(Name), parsed.GetValue(KeyFile), file => PassphraseFor(file, passphraseFile, terminal), terminal);
        if (parsed.GetValue(Type) == "sigstore")
            return SigstoreKeyCreation.Run(parsed, parsed.GetValue(KeyFile), [Name, Email, Algorithm, Expires, KeyOptions.GpgHome], file => PassphraseFor(file, passphraseFile, terminal), terminal);
        if (parsed.GetValue(Name) is null || parsed.GetValue(Email) is null)
            throw Failure.Usage(Text.Say("a key needs the name and the e-mail address of its owner"), "plomba key new --name \"Images Developer\" --email images@example.org");
        if (parsed.GetValue(KeyFile) is not null && parsed.GetValue(KeyOptions.GpgHome) is not null)
            throw Failure.Usage(Text.Say("--file and --gpg-home are mutually exclusive"), Text.Say("A key is either a file or in a GnuPG home."));
        var algorithm = Enum.Parse<NewKeyAlgorithm>(parsed.GetValue(Algorithm)!, ignoreCase: true);
        if (!NewKey.TryCreate(parsed.GetValue(Name)!, parsed.GetValue(Email)!, algorithm, parsed.GetValue(Expires).Time, out var key, out var error))
            throw Failure.Usage(error);
        var made = parsed.GetValue(KeyFile) is { } file
            ? NewKeyFile.Create(file, key, PassphraseFor(file, passphraseFile, terminal), TimeProvider.System).OrFail()
            : (await GpgKeyCreation.CreateAsync(KeyOptions.HomeOf(parsed), key, Existing(passphraseFile), cancellation)).OrFail();
        Report(terminal, made);
        return ExitCode.Done;
    });

    private static void Report(Terminal terminal, MadeKey made)
    {
        if (terminal.Json)
            terminal.WriteJson(MadeKeyJson.Of(made), KeyJsonContext.Default.MadeKeyJson);
        else
            terminal.WriteLine(made.Key.Fingerprint.Text);
        terminal.Say(made.Key.Expires is { } time
            ? Text.Say($"Made the key of {made.Key.Name} ({made.Key.Algorithm}), which expires on {time:yyyy-MM-dd}.")
            : Text.Say($"Made the key of {made.Key.Name} ({made.Key.Algorithm}), which never expires."));
        if (made.Revocation is not null)
            terminal.Say(Text.Say($"Keep {made.Revocation} where the key itself is not: it revokes the key when that is lost or stolen."));
        terminal.Say(Text.Say($"Hand out the public key with: plomba key export {made.File ?? made.Key.Fingerprint.Text}"));
    }

    private static string PassphraseFor(string file, string? passphraseFile, Terminal terminal)
    {
        if (passphraseFile is not null)
            return new Passphrase(passphraseFile).Read(file).OrFail();
        if (!Terminal.IsInteractive)
            throw Failure.Usage(Text.Say("nobody can be asked for the passphrase of the new key"), Text.Say("Give a file with it in the first line: --passphrase-file FILE (/dev/null: no passphrase)."));
        var passphrase = terminal.ReadSecret(Text.Say($"Passphrase for {file} (empty: none)")) ?? "";
        return passphrase.Length == 0 || passphrase == terminal.ReadSecret(Text.Say("The same once more"))
            ? passphrase
            : throw new Failure(Text.Say("the two passphrases differ"), Text.Say("No key was made."));
    }

    private static string? Existing(string? passphraseFile) => passphraseFile is null || Path.Exists(passphraseFile)
        ? passphraseFile
        : throw new Failure(Text.Say($"there is no passphrase file {passphraseFile}"));

    private static Option<string> CreateType()
    {
        var option = new Option<string>("--type")
        {
            Description = Text.Say("openpgp and sigstore (a pair of files) sign images; tuf (a file) is an administrator's, for plomba site publish."),
            HelpName = "openpgp|sigstore|tuf",
            DefaultValueFactory = _ => "openpgp",
        };
        option.AcceptOnlyFromAmong("openpgp", "sigstore", "tuf");
        return option;
    }

    private static Option<string> CreateAlgorithm()
    {
        var option = new Option<string>("--algorithm")
        {
            Description = Text.Say("rsa3072 every client can verify; ed25519 is short and fast, but clients with the pure Go OpenPGP library refuse it."),
            HelpName = "rsa3072|rsa4096|ed25519",
            DefaultValueFactory = _ => "rsa3072",
        };
        option.AcceptOnlyFromAmong("rsa3072", "rsa4096", "ed25519");
        return option;
    }

    private static Lifetime ParseLifetime(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (text == "never")
            return new Lifetime(null);
        if (Duration.TryParse(text, out var time))
            return new Lifetime(time);
        result.AddError(Text.Say($"'{text}' is no duration: write 90d, 2y or never"));
        return default;
    }

    /// <summary>How long; null: for ever.</summary>
    private readonly record struct Lifetime(TimeSpan? Time)
    {
        // What --help shows as the default.
        public override string ToString() => Time is { } time ? $"{time.Days / 365}y" : "never";
    }
}
