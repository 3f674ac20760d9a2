using System.Buffers;

namespace Plomba.Registry.Access;

/// <summary>
/// The accounts of an htpasswd file: <c>name:bcrypt-hash</c> a line, comments start with <c>#</c>. Only bcrypt counts; an account with
/// another hash cannot log in and is reported by name.
/// </summary>
internal sealed class PasswordFile
{
    private PasswordFile(IReadOnlyDictionary<string, string> hashes, IReadOnlyList<string> complaints)
    {
        Hashes = hashes;
        Complaints = complaints;
    }

    /// <summary>Bcrypt hash by account name.</summary>
    public IReadOnlyDictionary<string, string> Hashes { get; }

    /// <summary>What was left out and why, one sentence each; never contains a hash.</summary>
    public IReadOnlyList<string> Complaints { get; }

    /// <summary>Longest file read, in bytes.</summary>
    public const int MaximumLength = 1024 * 1024;

    /// <summary>A file without accounts: nobody can log in.</summary>
    public static PasswordFile Empty { get; } = new(new Dictionary<string, string>(StringComparer.Ordinal), []);

    /// <summary>Reads the text of an htpasswd file. The first line of an account counts, as in Apache.</summary>
    public static PasswordFile Parse(string text)
    {
        var hashes = new Dictionary<string, string>(StringComparer.Ordinal);
        var complaints = new List<string>();
        var number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            number++;
            var trimmed = line.Trim();
            if (trimmed.IsEmpty || trimmed[0] == '#')
                continue;
            var colon = trimmed.IndexOf(':');
            if (colon <= 0)
                complaints.Add($"line {number} is not name:hash");
            else if (Refuse(trimmed[(colon + 1)..]) is { } why)
                complaints.Add($"account {Printable(trimmed[..colon])} cannot log in: {why}; make its line with htpasswd -B");
            else
                hashes.TryAdd(trimmed[..colon].ToString(), trimmed[(colon + 1)..].ToString());
        }

        return new PasswordFile(hashes, complaints);
    }

    private static string? Refuse(ReadOnlySpan<char> hash)
    {
        if (hash.StartsWith("$apr1$", StringComparison.Ordinal))
            return "its hash is Apache MD5, not bcrypt";
        if (hash.StartsWith("{SHA}", StringComparison.Ordinal))
            return "its hash is unsalted SHA-1, not bcrypt";
        if (hash.StartsWith("$5$", StringComparison.Ordinal) || hash.StartsWith("$6$", StringComparison.Ordinal))
            return "its hash is SHA-crypt, not bcrypt";
        if (hash.Length != BcryptLength || hash is not ['$', '2', 'y' or 'a' or 'b', '$', >= '0' and <= '9', >= '0' and <= '9', '$', ..])
            return "its hash is not bcrypt";
        if (hash[7..].ContainsAnyExcept(Alphabet))
            return "its hash is not bcrypt: it has been damaged";
        var cost = ((hash[4] - '0') * 10) + hash[5] - '0';
        // Above this one check takes seconds, and a few of them stop the server.
        return cost is >= 4 and <= MaximumCost ? null : $"its bcrypt cost {cost} is not between 4 and {MaximumCost}";
    }

    private static string Printable(ReadOnlySpan<char> name) => string.Concat(name.ToString().Select(c => char.IsControl(c) ? '?' : c));

    private const int BcryptLength = 60;
    private static readonly SearchValues<char> Alphabet = SearchValues.Create("./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
    private const int MaximumCost = 14;
}
