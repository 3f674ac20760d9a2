using System.CommandLine;
using Plomba.CommandLine;
using Plomba.Files;
using Plomba.Trust.Keys;

namespace Plomba.Verbs.Key;

/// <summary><c>plomba key export KEY</c>: one public key, never a secret one.</summary>
internal static class KeyExportVerb
{
    private static readonly Argument<string> Key = new("KEY") { Description = Text.Say("A key file, a fingerprint, or a user id that fits one key only.") };

    private static readonly Option<bool> Binary = new("--binary") { Description = Text.Say("Without armor.") };

    private static readonly Option<string?> Target = new("--file", "-o") { Description = Text.Say("Where to write it (default: print it); never overwritten."), HelpName = "FILE" };

    public static Command Create() => new Command("export", Text.Say("Hand out one public key.")) { Key, Binary, Target, KeyOptions.GpgHome }.Does(async (parsed, terminal, cancellation) =>
    {
        var name = parsed.GetValue(Key)!;
        var key = File.Exists(name) ? FromFile(name) : await FromHomeAsync(parsed, name, cancellation);
        var content = parsed.GetValue(Binary) ? key : PublicHalf.Armored(key);
        if (parsed.GetValue(Target) is { } target)
            Write(target, content, terminal);
        else
            await WriteAsync(content, cancellation);
        return ExitCode.Done;
    });

    private static byte[] FromFile(string path)
    {
        var (_, bytes, _) = KeyOptions.ReadFile(path);
        return PublicHalf.TryTake(bytes, out var key, out var error) ? key : throw new Failure($"{path}: {error}");
    }

    private static async Task<byte[]> FromHomeAsync(ParseResult parsed, string name, CancellationToken cancellation)
    {
        var home = KeyOptions.HomeOf(parsed);
        var found = (await home.FindAsync(name, secretOnly: false, cancellation)).OrFail();
        return (await home.ExportAsync(found.Key.Fingerprint, cancellation)).OrFail();
    }

    private static void Write(string target, byte[] content, Terminal terminal)
    {
        if (Path.Exists(target))
            throw new Failure(Text.Say($"{target} exists and is not overwritten"), Text.Say("Name another file with -o."));
        DurableFile.Write(target, content);
        terminal.Say(Text.Say($"Wrote {target}. Tell its fingerprint to the security administrator on another way than the file: plomba key show {target}"));
    }

    // Bytes, not text: the terminal's writer would decode and encode them.
    private static async Task WriteAsync(byte[] content, CancellationToken cancellation)
    {
        await using var output = Console.OpenStandardOutput();
        await output.WriteAsync(content, cancellation);
    }
}
