using Plomba.Files;
using Plomba.Trust.Keys;

namespace Plomba.Transfer.Signing;

/// <summary>A key in a GnuPG home.</summary>
/// <param name="Key">What is known about it.</param>
/// <param name="HasSecret">Whether its secret part is there too, or on a smartcard that is known there.</param>
public sealed record GpgKey(KeyInfo Key, bool HasSecret);

/// <summary>
/// The keys that GnuPG keeps, reached through the <c>gpg</c> program: agents, pinentry and smartcards stay its affair,
/// what a key is worth stays ours.
/// </summary>
/// <param name="directory">The home; null: GnuPG's own choice (<c>GNUPGHOME</c>, else <c>~/.gnupg</c>).</param>
/// <param name="clock">Decides what has expired.</param>
public sealed class GpgHome(string? directory, TimeProvider clock)
{
    /// <summary>What to tell who has no GnuPG.</summary>
    public static KeyTrouble NotInstalled =>
        new(Text.Say("gpg is not installed"), Text.Say("Install GnuPG (apt install gnupg), or use a key file (plomba key new -o FILE)."));

    /// <summary>How messages call this home.</summary>
    public string Name => directory ?? Text.Say("the GnuPG home");

    /// <summary>All keys, or those whose secret part is at hand.</summary>
    public async Task<KeyResult<IReadOnlyList<GpgKey>>> ListAsync(bool secretOnly, CancellationToken cancellation)
    {
        if (!(await SecretFingerprintsAsync(cancellation)).TryGet(out var secrets, out var trouble))
            return trouble;
        if (secretOnly && secrets.Count == 0)
            return KeyResult.Of<IReadOnlyList<GpgKey>>([]);
        var exported = await RunAsync(["--no-armor", "--export-options", "export-minimal", "--export", .. secretOnly ? secrets : []], null, cancellation);
        if (!exported.TryGet(out var result, out trouble))
            return trouble;
        var keys = KeyRing.Read(result.Output).Describe(clock.GetUtcNow());
        return KeyResult.Of<IReadOnlyList<GpgKey>>([.. keys.Select(k => new GpgKey(k, secrets.Contains(k.Fingerprint.Text)))]);
    }

    /// <summary>The one key that <paramref name="name"/> means: its fingerprint, its user id, or a part of one user id only.</summary>
    public async Task<KeyResult<GpgKey>> FindAsync(string name, bool secretOnly, CancellationToken cancellation)
    {
        if (!(await ListAsync(secretOnly, cancellation)).TryGet(out var keys, out var trouble))
            return trouble;
        var kind = secretOnly ? Text.Say("secret key") : Text.Say("key");
        if (Fingerprint.TryParse(name, out var fingerprint))
        {
            return keys.FirstOrDefault(k => k.Key.Fingerprint == fingerprint || k.Key.Subkeys.Any(s => s.Fingerprint == fingerprint)) is { } byFingerprint
                ? byFingerprint
                : new KeyTrouble(Text.Say($"no {kind} {fingerprint} in {Name}"), Text.Say("plomba key list shows what there is."));
        }

        var matches = Matches(keys, name);
        return matches.Count switch
        {
            1 => matches[0],
            0 => new KeyTrouble(Text.Say($"no {kind} '{name}' in {Name}"), Text.Say("plomba key list shows what there is; a file is meant only when it exists.")),
            _ => new KeyTrouble(
                Text.Say($"'{name}' means {matches.Count} keys in {Name}: {string.Join(", ", matches.Take(8).Select(m => $"{m.Key.Fingerprint} {m.Key.Name}"))}"),
                Text.Say("Name one of them by its fingerprint.")),
        };
    }

    /// <summary>The public key, binary, without the signatures of others.</summary>
    public async Task<KeyResult<byte[]>> ExportAsync(Fingerprint key, CancellationToken cancellation)
    {
        if (!(await RunAsync(["--no-armor", "--export-options", "export-minimal", "--export", key.Text], null, cancellation)).TryGet(out var result, out var trouble))
            return trouble;
        return result.Output.Length > 0 ? result.Output : new KeyTrouble(Text.Say($"no key {key} in {Name}"));
    }

    /// <summary>Takes public keys in. GnuPG merges them with what it has.</summary>
    public async Task<KeyResult<Fingerprint>> ImportAsync(KeyFile file, CancellationToken cancellation)
    {
        CreateDirectory();
        return (await RunAsync(["--import"], file.Bytes, cancellation)).TryGet(out _, out var trouble) ? file.Key.Fingerprint : trouble;
    }

    /// <summary>Makes the home when a directory was named that is not there: mode 0700, as GnuPG wants it.</summary>
    internal void CreateDirectory()
    {
        if (directory is not null)
            DurableFile.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Where the home is; null when GnuPG does not say.</summary>
    internal async Task<string?> DirectoryAsync(CancellationToken cancellation)
    {
        if (directory is not null)
            return Path.GetFullPath(directory);
        // gpg --version tells it in a line that begins with "Home: ".
        return (await RunAsync(["--version"], null, cancellation)).TryGet(out var result, out _)
            ? result.Text.Split('\n').FirstOrDefault(l => l.StartsWith("Home: ", StringComparison.Ordinal))?[6..].Trim() is { Length: > 0 } home
                ? home.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile), home[2..]) : home
                : null
            : null;
    }

    /// <summary>Runs gpg; a failure is its last message.</summary>
    internal async Task<KeyResult<ChildResult>> RunAsync(IEnumerable<string> arguments, ReadOnlyMemory<byte>? input, CancellationToken cancellation)
    {
        if (!ChildProcess.IsInstalled("gpg"))
            return NotInstalled;
        string[] home = directory is null ? [] : ["--homedir", Path.GetFullPath(directory)];
        var result = await ChildProcess.RunAsync(
            "gpg", [.. home, "--batch", "--quiet", "--charset", "utf-8", .. arguments], input, Environment, cancellation: cancellation);
        return result.ExitCode == 0 ? result : new KeyTrouble(Said(result.Errors), HintFor(result.Errors));
    }

    // pinentry asks on the terminal of this variable; gpg itself gets pipes from us and could not find it.
    private static Dictionary<string, string?>? Environment => System.Environment.GetEnvironmentVariable("GPG_TTY") is { Length: > 0 } || TerminalDevice is null
        ? null
        : new(StringComparer.Ordinal) { ["GPG_TTY"] = TerminalDevice };

    private static string? TerminalDevice => StandardStreams
        .Select(fd => new FileInfo($"/proc/self/fd/{fd}").LinkTarget)
        .FirstOrDefault(t => t?.StartsWith("/dev/pts/", StringComparison.Ordinal) == true || t?.StartsWith("/dev/tty", StringComparison.Ordinal) == true);

    private static readonly int[] StandardStreams = [0, 2, 1];

    private async Task<KeyResult<HashSet<string>>> SecretFingerprintsAsync(CancellationToken cancellation)
    {
        if (!(await RunAsync(["--with-colons", "--list-secret-keys"], null, cancellation)).TryGet(out var listing, out var trouble))
            return trouble;
        var fingerprints = new HashSet<string>(StringComparer.Ordinal);
        var wanted = false;
        foreach (var fields in listing.Text.Split('\n').Select(l => l.Split(':')))
        {
            // A fingerprint record follows its key's; of an offline primary key ("#") the subkeys may still sign.
            wanted = fields[0] == "sec" || (wanted && fields[0] == "fpr");
            if (wanted && fields[0] == "fpr")
            {
                fingerprints.Add(fields[9]);
                wanted = false;
            }
        }

        return fingerprints;
    }

    private static List<GpgKey> Matches(IReadOnlyList<GpgKey> keys, string name)
    {
        var exact = keys.Where(k => k.Key.UserIds.Contains(name, StringComparer.Ordinal)).ToList();
        return exact.Count > 0 || name.Length == 0
            ? exact
            : [.. keys.Where(k => k.Key.UserIds.Any(u => u.Contains(name, StringComparison.OrdinalIgnoreCase)))];
    }

    private static string Said(string errors) =>
        errors.Split('\n').Select(l => l.Trim()).LastOrDefault(l => l.StartsWith("gpg: ", StringComparison.Ordinal)) ?? Text.Say("gpg failed without a message");

    private static string? HintFor(string errors) => errors switch
    {
        _ when errors.Contains("Inappropriate ioctl", StringComparison.Ordinal) || errors.Contains("No pinentry", StringComparison.Ordinal) =>
            Text.Say("There is no terminal to ask for the passphrase on; give a file with it in the first line (--passphrase-file or --sign-passphrase-file FILE)."),
        _ when errors.Contains("Bad passphrase", StringComparison.Ordinal) => Text.Say("The passphrase is wrong."),
        _ when errors.Contains("cancelled", StringComparison.OrdinalIgnoreCase) => Text.Say("The passphrase was not given."),
        _ => null,
    };
}
