using System.Diagnostics.CodeAnalysis;
using Plomba.Trust.OpenPgp;

namespace Plomba.Trust.Keys;

/// <summary>
/// A file through which one key enters a site, a directory or a keyring: exactly one primary key, public, undamaged.
/// What merely verifies signatures is less particular (<see cref="KeyRing"/>).
/// </summary>
/// <param name="Bytes">The file's content.</param>
/// <param name="Key">The one key in it.</param>
public sealed record KeyFile(ReadOnlyMemory<byte> Bytes, KeyInfo Key)
{
    /// <summary>The key's packets without armor: of several files they can be joined to one keyring.</summary>
    public ReadOnlyMemory<byte> Binary => Armor.IsBinary(Bytes.Span)
        ? Bytes
        : Armor.Decode(Bytes, Armor.PublicKey).SelectMany(block => block.Bytes.ToArray()).ToArray();

    /// <summary>Reads and checks; false with one line of what is wrong. Expired and revoked keys are read, see <see cref="Key"/>.</summary>
    public static bool TryRead(
        ReadOnlyMemory<byte> bytes, DateTimeOffset now, [NotNullWhen(true)] out KeyFile? file, [NotNullWhen(false)] out string? error)
    {
        file = null;
        var ring = KeyRing.Read(bytes);
        var keys = ring.Describe(now);
        error = (ring, keys) switch
        {
            ({ HasSecrets: true }, _) => Text.Say("it holds a secret key; export the public key (plomba key export, gpg --export --armor)"),
            ({ Damage: { } damage }, _) => Text.Say($"no OpenPGP public key: {damage}"),
            (_, []) => ring.Certificates is [var other, ..]
                ? other.Primary.Created > now
                    ? Text.Say($"key {other.Fingerprint} is from the future ({other.Primary.Created:u}); compare the clocks")
                    : Text.Say($"key {other.Fingerprint} has no name with a valid self-signature")
                : Text.Say("no OpenPGP public key in it"),
            (_, [_, _, ..]) => Text.Say($"{keys.Count} keys in one file, exactly one is wanted: {string.Join(", ", keys.Take(4).Select(k => k.Fingerprint.Text))}"),
            _ => null,
        };
        if (error is not null)
            return false;
        file = new KeyFile(bytes, keys[0]);
        return true;
    }
}
