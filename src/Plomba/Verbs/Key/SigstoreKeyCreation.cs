using System.CommandLine;
using System.CommandLine.Parsing;
using Plomba.CommandLine;
using Plomba.Transfer.Signing;

namespace Plomba.Verbs.Key;

/// <summary><c>plomba key new --type sigstore -o PREFIX</c>: a pair of files as cosign and skopeo make them.</summary>
internal static class SigstoreKeyCreation
{
    /// <summary>Makes the pair.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="prefix">Path of the files without their extensions.</param>
    /// <param name="foreign">Options that say nothing about such a key.</param>
    /// <param name="passphrase">Asks for the passphrase of the file.</param>
    /// <param name="terminal">Where the outcome is told.</param>
    public static int Run(ParseResult parsed, string? prefix, IReadOnlyList<Option> foreign, Func<string, string> passphrase, Terminal terminal)
    {
        if (foreign.FirstOrDefault(o => parsed.GetResult(o) is OptionResult { Implicit: false }) is { } option)
            throw Failure.Usage(Text.Say($"{option.Name} says nothing about a sigstore key: it has no name, no end and one algorithm, ECDSA P-256"));
        if (prefix is null)
            throw Failure.Usage(Text.Say("a sigstore key is a pair of files: name them with -o PREFIX (PREFIX.key and PREFIX.pub)"));
        var made = SigstoreKeyPair.Create(prefix, passphrase).OrFail();
        if (terminal.Json)
            terminal.WriteJson(new SigstoreKeyJson(made.Key.Id, "sigstore", made.Key.Algorithm, made.PublicFile, made.SecretFile), KeyJsonContext.Default.SigstoreKeyJson);
        else
            terminal.WriteLine(made.Key.Id);
        terminal.Say(Text.Say($"Made the sigstore key pair {made.SecretFile} and {made.PublicFile}."));
        terminal.Say(Text.Say($"Hand out {made.PublicFile}: policies name it (sigstoreSigned). Keep {made.SecretFile} and its passphrase; nothing revokes the key, who loses it takes it out of every policy."));
        return ExitCode.Done;
    }
}
