using System.CommandLine;
using Plomba.CommandLine;
using Plomba.Files;
using Plomba.Site.Names;
using Plomba.Transfer.Signing;
using Plomba.Trust.Keys;

namespace Plomba.Verbs.Key;

/// <summary><c>plomba key import FILE|URL</c>: a public key comes in once its full fingerprint is confirmed.</summary>
internal static class KeyImportVerb
{
    private static readonly Argument<string> Source = new("FILE|URL") { Description = Text.Say("One public key; a URL (http or https) only together with --fingerprint.") };

    private static readonly Option<string?> Folder = new("--dir") { Description = Text.Say("Keep it as a file in this directory instead of the GnuPG home."), HelpName = "DIR" };

    private static readonly Option<string[]> Fingerprint = FingerprintConfirmation.CreateOption();

    public static Command Create() => new Command("import", Text.Say("Take in a public key whose fingerprint is confirmed.")) { Source, Folder, Fingerprint, KeyOptions.GpgHome }.Does(async (parsed, terminal, cancellation) =>
    {
        if (parsed.GetValue(Folder) is not null && parsed.GetValue(KeyOptions.GpgHome) is not null)
            throw Failure.Usage(Text.Say("--dir and --gpg-home are mutually exclusive"));
        var source = parsed.GetValue(Source)!;
        var given = FingerprintConfirmation.Parse(parsed.GetValue(Fingerprint));
        var bytes = await ReadAsync(source, given, cancellation);
        if (!KeyFile.TryRead(bytes, TimeProvider.System.GetUtcNow(), out var file, out var error))
            throw new Failure($"{source}: {error}", Text.Say("Nothing was written."));
        FingerprintConfirmation.Require(terminal, source, file.Key, given);
        if (file.Key.SigningProblem is { } problem)
            terminal.Say(Text.Say($"Nothing signed by this key counts: {problem}"));
        var into = parsed.GetValue(Folder) is { } directory
            ? Keep(directory, NameOf(source, file.Key), file)
            : await ImportAsync(KeyOptions.HomeOf(parsed), file, cancellation);
        Report(terminal, file.Key, into);
        return ExitCode.Done;
    });

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(string source, IReadOnlyList<Fingerprint> given, CancellationToken cancellation)
    {
        if (!KeyDownload.IsUrl(source, out var url))
            return KeyOptions.ReadBytes(source);
        if (given.Count == 0)
            throw Failure.Usage(Text.Say("a key from a URL needs --fingerprint FPR"), Text.Say("Anybody on the way could exchange the key; its owner tells you the fingerprint."));
        return (await KeyDownload.GetAsync(url, cancellation)).OrFail();
    }

    private static string NameOf(string source, KeyInfo key)
    {
        var path = KeyDownload.IsUrl(source, out var url) ? Uri.UnescapeDataString(url.AbsolutePath) : source;
        return KeyName.TryParse(Path.GetFileNameWithoutExtension(path), out var name, out _) ? name.Text : key.Fingerprint.Text;
    }

    private static string Keep(string directory, string name, KeyFile file)
    {
        if (!Directory.Exists(directory))
            throw new Failure(Text.Say($"there is no directory {directory}"), Text.Say("Nothing was written."));
        var path = Path.Combine(directory, $"{name}.pgp");
        var content = PublicHalf.TryTake(file.Bytes, out var key, out var error) ? PublicHalf.Armored(key) : throw new Failure(error);
        if (File.Exists(path) && KeyOptions.ReadBytes(path).AsSpan().SequenceEqual(content))
            return path;
        if (Path.Exists(path))
            throw new Failure(Text.Say($"{path} exists and is not overwritten"), Text.Say("Move it away first if this key is to take its place."));
        DurableFile.Write(path, content);
        return path;
    }

    private static async Task<string> ImportAsync(GpgHome home, KeyFile file, CancellationToken cancellation)
    {
        (await home.ImportAsync(file, cancellation)).OrFail();
        return home.Name;
    }

    private static void Report(Terminal terminal, KeyInfo key, string into)
    {
        if (terminal.Json)
            terminal.WriteJson(new ImportedKeyJson(KeyJson.Of(key), into), KeyJsonContext.Default.ImportedKeyJson);
        else
            terminal.WriteLine(key.Fingerprint.Text);
        terminal.Say(Text.Say($"The key of {key.Name} is in {into}."));
    }
}
