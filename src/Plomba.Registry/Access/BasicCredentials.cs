using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Plomba.Registry.Access;

/// <summary>User and password of an <c>Authorization: Basic</c> header (RFC 7617, UTF-8).</summary>
internal sealed record BasicCredentials(string User, string Password)
{
    /// <summary>Longest password looked at, in characters: bcrypt itself uses 72 bytes.</summary>
    private const int MaximumPassword = 1024;

    private const int MaximumUser = 255;

    /// <summary>Neither user nor password: what clients send to a Basic challenge without a login; means anonymous.</summary>
    public bool IsEmpty => User.Length == 0 && Password.Length == 0;

    /// <summary>Reads the part after <c>Basic </c>; false when it is not base64 of <c>user:password</c>.</summary>
    public static bool TryParse(ReadOnlySpan<char> encoded, [NotNullWhen(true)] out BasicCredentials? credentials)
    {
        credentials = null;
        var buffer = new byte[(encoded.Length * 3 / 4) + 3];
        if (!Convert.TryFromBase64Chars(encoded.Trim(), buffer, out var length))
            return false;
        var text = Encoding.UTF8.GetString(buffer, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
            return false;
        return TryCreate(text[..colon], text[(colon + 1)..], out credentials);
    }

    /// <summary>Takes a user and a password that came another way; false when no account could have them.</summary>
    public static bool TryCreate(string user, string password, [NotNullWhen(true)] out BasicCredentials? credentials)
    {
        credentials = new BasicCredentials(user, password);
        // bcrypt ends a password at a zero byte.
        return user.Length <= MaximumUser && password.Length <= MaximumPassword
            && !user.Contains('\0', StringComparison.Ordinal) && !password.Contains('\0', StringComparison.Ordinal);
    }

    /// <summary>The user alone: a password never reaches a log by accident.</summary>
    public override string ToString() => User;
}
