using System.CommandLine;
using Plomba.CommandLine;

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
}
