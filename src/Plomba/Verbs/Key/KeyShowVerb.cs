using System.CommandLine;
using Plomba.CommandLine;
using Plomba.Trust.Sigstore;

namespace Plomba.Verbs.Key;

/// <summary><c>plomba key show KEY|FILE</c>: everything about one key.</summary>
internal static class KeyShowVerb
{
    private static readonly Argument<string> Key = new("KEY|FILE") { Description = Text.Say("A key file, a fingerprint, or a user id that fits one key only.") };

    public static Command Create() => new Command("show", Text.Say("Tell everything about one key, and whether its signatures count.")) { Key, KeyOptions.GpgHome }.Does(async (parsed, terminal, cancellation) =>
    {
        var name = parsed.GetValue(Key)!;
        var (key, secret, file) = (default(Trust.Keys.KeyInfo)!, default(bool?), default(string));
        if (File.Exists(name))
        {
            if (ShowSigstore(terminal, name, KeyOptions.ReadBytes(name)))
                return ExitCode.Done;
            var read = KeyOptions.ReadFile(name);
            (key, secret, file) = (read.Key, read.IsSecret, name);
        }
        else
        {
            var found = (await KeyOptions.HomeOf(parsed).FindAsync(name, secretOnly: false, cancellation)).OrFail();
            (key, secret) = (found.Key, found.HasSecret);
        }

        if (terminal.Json)
            terminal.WriteJson(KeyJson.Of(key, secret, file), KeyJsonContext.Default.KeyJson);
        else
            foreach (var line in KeyText.Lines(key, secret))
                terminal.WriteLine(line);
        return ExitCode.Done;
    });

    // A public key of sigstore; its private key tells nothing without the passphrase.
    private static bool ShowSigstore(Terminal terminal, string file, byte[] bytes)
    {
        if (SigstoreSecretKey.LooksLikeOne(bytes))
            throw new Failure(Text.Say($"{file} is an encrypted sigstore private key"), Text.Say($"What it is stands in its public key: the file beside it that ends in .pub."));
        if (!SigstorePublicKey.LooksLikeOne(bytes))
            return false;
        if (!SigstorePublicKey.TryRead(bytes, out var key, out var error))
            throw new Failure($"{file}: {error}");
        if (terminal.Json)
            terminal.WriteJson(new SigstoreKeyJson(key.Info.Id, "sigstore", key.Info.Algorithm, file, null), KeyJsonContext.Default.SigstoreKeyJson);
        else
            foreach (var line in KeyText.Lines(key.Info))
                terminal.WriteLine(line);
        return true;
    }
}
