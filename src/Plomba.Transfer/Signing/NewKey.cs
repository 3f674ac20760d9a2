using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Plomba.Transfer.Signing;

/// <summary>The algorithms a new key may have.</summary>
public enum NewKeyAlgorithm
{
    /// <summary>RSA of 3072 bits: what every client can verify.</summary>
    Rsa3072,

    /// <summary>RSA of 4096 bits.</summary>
    Rsa4096,

    /// <summary>Ed25519: short and fast; clients built with the pure Go OpenPGP library cannot read it.</summary>
    Ed25519,
}

/// <summary>
/// A key to be made. Its texts have been checked: they hold nothing that could end a line of GnuPG's parameter file or
/// be taken for another part of the user id.
/// </summary>
public sealed partial record NewKey
{
    private NewKey(string name, string email, NewKeyAlgorithm algorithm, TimeSpan? lifetime) =>
        (Name, Email, Algorithm, Lifetime) = (name, email, algorithm, lifetime);

    /// <summary>How long a key lives when nobody says otherwise: two years. Long enough not to be renewed in a hurry, short enough that a forgotten key ends.</summary>
    public static TimeSpan DefaultLifetime { get; } = TimeSpan.FromDays(730);

    /// <summary>The owner.</summary>
    public string Name { get; }

    /// <summary>Where to reach the owner.</summary>
    public string Email { get; }

    /// <summary>What kind of key.</summary>
    public NewKeyAlgorithm Algorithm { get; }

    /// <summary>How long it counts, from now; null: for ever.</summary>
    public TimeSpan? Lifetime { get; }

    /// <summary><c>Name &lt;email&gt;</c>.</summary>
    public string UserId => $"{Name} <{Email}>";

    /// <summary>Checks what was asked for; false with one line of what is wrong.</summary>
    /// <param name="name">1 to 100 characters, none of them a control character or one of <c>&lt; &gt;</c>.</param>
    /// <param name="email">One address, without blanks and quoting.</param>
    /// <param name="algorithm">What kind of key.</param>
    /// <param name="lifetime">At least an hour and less than 136 years (what the format can say); null: for ever.</param>
    /// <param name="key">What may be made.</param>
    /// <param name="error">What is wrong, for the person who asked.</param>
    public static bool TryCreate(
        string? name, string? email, NewKeyAlgorithm algorithm, TimeSpan? lifetime, [NotNullWhen(true)] out NewKey? key, [NotNullWhen(false)] out string? error)
    {
        key = null;
        name = name?.Trim() ?? "";
        error = (name, email) switch
        {
            ({ Length: 0 or > 100 }, _) => Text.Say("a key needs the name of its owner, 1 to 100 characters"),
            _ when !NamePattern().IsMatch(name) => Text.Say("a name may not hold control characters, < or >"),
            (_, null or { Length: 0 or > 254 }) => Text.Say("a key needs the e-mail address of its owner"),
            _ when !EmailPattern().IsMatch(email) => Text.Say($"'{email}' is no e-mail address"),
            _ when lifetime < TimeSpan.FromHours(1) => Text.Say("a key that expires within an hour is of no use"),
            _ when lifetime?.TotalSeconds > uint.MaxValue => Text.Say("a key cannot live longer than 136 years; say never"),
            _ => null,
        };
        if (error is not null)
            return false;
        key = new NewKey(name, email!, algorithm, lifetime);
        return true;
    }

    /// <summary>The parameters for <c>gpg --generate-key</c> (GnuPG's doc/DETAILS, "Unattended key generation").</summary>
    internal string GpgParameters() => $"""
        {(Algorithm == NewKeyAlgorithm.Ed25519 ? "Key-Type: EDDSA\nKey-Curve: Ed25519" : $"Key-Type: RSA\nKey-Length: {Bits}")}
        Key-Usage: sign
        Name-Real: {Name}
        Name-Email: {Email}
        Expire-Date: {(Lifetime is { } lifetime ? $"seconds={((long)lifetime.TotalSeconds).ToString(CultureInfo.InvariantCulture)}" : "0")}
        %commit

        """;

    internal int Bits => Algorithm == NewKeyAlgorithm.Rsa4096 ? 4096 : 3072;

    [GeneratedRegex(@"\A[^\p{C}\p{Zl}\p{Zp}<>]+\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"\A[^\s\p{C}@<>()\[\]\\,;:""%]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex EmailPattern();
}
