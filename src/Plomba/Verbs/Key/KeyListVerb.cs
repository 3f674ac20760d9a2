using System.CommandLine;
using Plomba.CommandLine;
using Plomba.Trust.Keys;
using Plomba.Verbs.Site;

namespace Plomba.Verbs.Key;

/// <summary><c>plomba key list</c>: the keys of the GnuPG home, of a directory, or of a site.</summary>
internal static class KeyListVerb
{
    private static readonly Option<string?> Folder = new("--dir") { Description = Text.Say("The public keys in this directory."), HelpName = "DIR" };

    private static readonly string[] Extensions = [".pgp", ".gpg", ".asc"];

    public static Command Create() => new Command("list", Text.Say("List keys, and whether they count.")) { Folder, SiteOption.Site, KeyOptions.GpgHome }.Does(async (parsed, terminal, cancellation) =>
    {
        var sources = new[] { parsed.GetValue(Folder), parsed.GetValue(SiteOption.Site), parsed.GetValue(KeyOptions.GpgHome) };
        if (sources.Count(s => s is not null) > 1)
            throw Failure.Usage(Text.Say("--dir, --site and --gpg-home are mutually exclusive"));
        if (parsed.GetValue(SiteOption.Site) is not null)
            return ListDirectory(terminal, SiteOption.Load(parsed).KeysDirectory.Text);
        if (parsed.GetValue(Folder) is { } directory)
            return ListDirectory(terminal, directory);
        var keys = (await KeyOptions.HomeOf(parsed).ListAsync(secretOnly: false, cancellation)).OrFail();
        Report(terminal, [.. keys.Select(k => (k.Key, (bool?)k.HasSecret, (string?)null))]);
        return ExitCode.Done;
    });

    // A file that is no key is said so and makes the exit code 1; the others are listed all the same.
    private static int ListDirectory(Terminal terminal, string directory)
    {
        if (!Directory.Exists(directory))
            throw new Failure(Text.Say($"there is no directory {directory}"));
        var files = Directory.EnumerateFiles(directory).Where(f => Extensions.Contains(Path.GetExtension(f), StringComparer.Ordinal)).Order(StringComparer.Ordinal);
        var keys = new List<(KeyInfo, bool?, string?)>();
        var exit = ExitCode.Done;
        foreach (var path in files)
        {
            if (KeyFile.TryRead(KeyOptions.ReadBytes(path), TimeProvider.System.GetUtcNow(), out var file, out var error))
            {
                keys.Add((file.Key, null, path));
            }
            else
            {
                terminal.Error($"{path}: {error}");
                exit = ExitCode.Failed;
            }
        }

        Report(terminal, keys);
        return exit;
    }

    private static void Report(Terminal terminal, List<(KeyInfo Key, bool? Secret, string? File)> keys)
    {
        if (terminal.Json)
        {
            terminal.WriteJson([.. keys.Select(k => KeyJson.Of(k.Key, k.Secret, k.File))], KeyJsonContext.Default.KeyJsonArray);
            return;
        }

        foreach (var (key, secret, file) in keys)
            terminal.WriteLine(KeyText.Line(key, secret == true) + (file is null ? "" : $"  {file}"));
        if (keys.Count == 0)
            terminal.Say(Text.Say("No keys. Make one with: plomba key new --name NAME --email ADDRESS"));
    }
}
