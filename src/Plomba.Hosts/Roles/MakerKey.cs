using System.Globalization;
using Plomba.Files;
using Plomba.Hosts.Accounts;
using Plomba.Transfer.Signing;

namespace Plomba.Hosts.Roles;

/// <summary>What came of a maker's key.</summary>
/// <param name="Fingerprint">Of the key that is there now; null: there is none.</param>
/// <param name="IsNew">Whether it was made or imported just now.</param>
/// <param name="Failure">Why there is none, for people.</param>
public sealed record MakerKeyResult(string? Fingerprint, bool IsNew, string? Failure);

/// <summary>
/// The secret key of a maker on the running machine: made or imported in the maker's own GnuPG home, by gpg that runs as the
/// maker. Root never holds it, and undo of the role leaves it where it is.
/// </summary>
/// <param name="user">The maker's account, which exists.</param>
public sealed class MakerKey(UserAccount user)
{
    /// <summary>Makes a key, unless there is one for that name.</summary>
    /// <param name="key">Whose and which.</param>
    /// <param name="passphrase">It protects the key; never on a command line.</param>
    /// <param name="cancellation">Ends gpg.</param>
    public async Task<MakerKeyResult> CreateAsync(NewKey key, ReadOnlyMemory<byte> passphrase, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (await FindAsync($"={key.UserId}", cancellation) is { } there)
            return new MakerKeyResult(there, IsNew: false, null);
        var expires = key.Lifetime is { } lifetime ? $"seconds={(long)lifetime.TotalSeconds}" : "never";
        var made = await GpgAsync(
            passphrase, cancellation, "--pinentry-mode", "loopback", "--passphrase-fd", "0", "--quick-generate-key", key.UserId, Enum.GetName(key.Algorithm)!.ToLowerInvariant(), "sign", expires);
        return await ResultAsync(made, $"={key.UserId}", cancellation);
    }

    /// <summary>Imports a secret key as <c>gpg --export-secret-keys</c> writes it; its passphrase stays what it is.</summary>
    public async Task<MakerKeyResult> ImportAsync(ReadOnlyMemory<byte> secretKey, CancellationToken cancellation)
    {
        var imported = await GpgAsync(secretKey, cancellation, "--status-fd", "1", "--import");
        var line = imported.Text.Split('\n').Select(l => l.Split(' ')).FirstOrDefault(w => w is ["[GNUPG:]", "IMPORT_OK", var what, ..] && int.TryParse(what, CultureInfo.InvariantCulture, out var flags) && (flags & 16) != 0);
        return line is null
            ? new MakerKeyResult(null, false, Text.Say($"it holds no secret key that gpg takes: {LastLine(imported.Errors)}"))
            : await ResultAsync(imported with { ExitCode = 0 }, line[3], cancellation);
    }

    private async Task<MakerKeyResult> ResultAsync(ChildResult done, string key, CancellationToken cancellation)
    {
        var fingerprint = done.ExitCode == 0 ? await FindAsync(key, cancellation) : null;
        await AsUserAsync(null, cancellation, "gpgconf", "--kill", "all");
        return fingerprint is null ? new MakerKeyResult(null, false, Text.Say($"gpg made no key: {LastLine(done.Errors)}")) : new MakerKeyResult(fingerprint, true, null);
    }

    private async Task<string?> FindAsync(string key, CancellationToken cancellation)
    {
        var listed = await GpgAsync(null, cancellation, "--with-colons", "--list-secret-keys", key);
        return listed.ExitCode != 0 ? null
            : listed.Text.Split('\n').FirstOrDefault(l => l.StartsWith("fpr:", StringComparison.Ordinal))?.Split(':')[9];
    }

    private Task<ChildResult> GpgAsync(ReadOnlyMemory<byte>? input, CancellationToken cancellation, params string[] arguments) =>
        AsUserAsync(input, cancellation, ["gpg", "--batch", .. arguments]);

    // The user's own environment and nothing of root's.
    private Task<ChildResult> AsUserAsync(ReadOnlyMemory<byte>? input, CancellationToken cancellation, params string[] command) => ChildProcess.RunAsync(
        "setpriv", ["--reuid", user.Id.ToString(CultureInfo.InvariantCulture), "--regid", user.GroupId.ToString(CultureInfo.InvariantCulture), "--init-groups", "--reset-env", "--inh-caps=-all", "--", .. command], input, directory: "/", cancellation: cancellation);

    private static string LastLine(string errors) => errors.Trim().Split('\n')[^1];
}
