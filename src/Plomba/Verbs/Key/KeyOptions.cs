using System.CommandLine;
using Plomba.CommandLine;
using Plomba.Files;
using Plomba.Transfer.Signing;
using Plomba.Trust.Keys;

namespace Plomba.Verbs.Key;

/// <summary>What the key verbs have in common.</summary>
internal static class KeyOptions
{
    /// <summary><c>--gpg-home DIR</c>; null: GnuPG's own choice.</summary>
    public static Option<string?> GpgHome { get; } = new("--gpg-home")
    {
        Description = Text.Say("The GnuPG home (default: GNUPGHOME, else ~/.gnupg)."),
        HelpName = "DIR",
    };

    /// <summary>The home that is meant.</summary>
    public static GpgHome HomeOf(ParseResult parsed) => new(parsed.GetValue(GpgHome), TimeProvider.System);

    /// <summary>The value, or the end of the verb with exit 1.</summary>
    /// <exception cref="Failure">There is none.</exception>
    public static T OrFail<T>(this KeyResult<T> result)
        where T : notnull => result.TryGet(out var value, out var trouble) ? value : throw new Failure(trouble.Message, trouble.Hint);

    /// <summary>The one key in a file, public or secret.</summary>
    /// <exception cref="Failure">The file cannot be read, is damaged or holds several.</exception>
    public static (KeyInfo Key, ReadOnlyMemory<byte> Bytes, bool IsSecret) ReadFile(string path)
    {
        var bytes = ReadBytes(path);
        var ring = KeyRing.Read(bytes);
        var keys = ring.Describe(TimeProvider.System.GetUtcNow());
        return (ring.Damage, keys) switch
        {
            ({ } damage, _) => throw new Failure(Text.Say($"{path}: no OpenPGP key: {damage}")),
            (_, [var key]) => (key, bytes, ring.HasSecrets),
            (_, []) => throw new Failure(Text.Say($"{path}: no key in it has a name that it vouches for")),
            _ => throw new Failure(Text.Say($"{path}: {keys.Count} keys in one file: {string.Join(", ", keys.Take(8).Select(k => $"{k.Fingerprint} {k.Name}"))}")),
        };
    }

    /// <summary>A file that may be a key.</summary>
    /// <exception cref="Failure">It cannot be read, or is too long.</exception>
    public static byte[] ReadBytes(string path)
    {
        try
        {
            return RegularFile.ReadUpTo(path, KeyRing.MaximumLength)
                ?? throw new Failure(Text.Say($"{path}: longer than {KeyRing.MaximumLength} bytes, no key file"));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new Failure(Text.Say($"there is no file {path}"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Failure(Text.Say($"{path} cannot be read: {FileTrouble.Of(e)}"));
        }
    }
}
