using System.Buffers;

namespace Plomba.Trust.Configuration.RegistriesD;

/// <summary>Parses URLs as the reference does (Go's net/url), error texts included.</summary>
internal static class StoreUrlReader
{
    private static readonly SearchValues<char> UserInfoCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._:~!$&'()*+,;=%@");

    /// <summary>Null and the URL, or the reference's text.</summary>
    public static string? Read(string text, out StoreUrl? url)
    {
        url = null;
        var fragmentAt = text.IndexOf('#', StringComparison.Ordinal);
        var main = fragmentAt < 0 ? text : text[..fragmentAt];
        var why = main.Any(c => c is < ' ' or '\x7F') ? Text.Say("net/url: invalid control character in URL") : ReadMain(main, out url);
        if (why is not null)
            return $"parse {QuotedText.Of(main)}: {why}";
        if (fragmentAt < 0)
            return null;

        var fragment = text[(fragmentAt + 1)..];
        url = url! with { Fragment = fragment };
        return Percent.Unescape(fragment, out var wrong) is null
            ? Text.Say($"parse {QuotedText.Of(text)}: invalid URL escape {QuotedText.Of(wrong)}")
            : null;
    }

    private static string? ReadMain(string text, out StoreUrl? url)
    {
        url = null;
        if (SplitScheme(text, out var scheme, out var rest) is { } wrongScheme)
            return wrongScheme;
        var queryAt = rest.IndexOf('?', StringComparison.Ordinal);
        var query = queryAt < 0 ? null : rest[(queryAt + 1)..];
        rest = queryAt < 0 ? rest : rest[..queryAt];

        var hasAuthority = rest.StartsWith("//", StringComparison.Ordinal)
            && (scheme.Length > 0 || !rest.StartsWith("///", StringComparison.Ordinal));
        if (!rest.StartsWith('/'))
        {
            if (scheme.Length > 0)
            {
                url = new StoreUrl(scheme, rest, null, "", "") { Query = query };
                return null;
            }

            if (rest.Split('/')[0].Contains(':', StringComparison.Ordinal))
                return Text.Say("first path segment in URL cannot contain colon");
        }

        var (userInfo, host) = ((string?)null, "");
        if (hasAuthority)
        {
            var slash = rest.IndexOf('/', 2);
            var authority = slash < 0 ? rest[2..] : rest[2..slash];
            rest = slash < 0 ? "" : rest[slash..];
            if (ReadAuthority(authority, out userInfo, out host) is { } wrongAuthority)
                return wrongAuthority;
        }

        if (Percent.Unescape(rest, out var wrong) is not { } path)
            return Text.Say($"invalid URL escape {QuotedText.Of(wrong)}");
        url = new StoreUrl(scheme, null, userInfo, host, path)
        {
            Query = query,
            OmitsHost = !hasAuthority && scheme.Length > 0,
        };
        return null;
    }

    private static string? SplitScheme(string text, out string scheme, out string rest)
    {
        (scheme, rest) = ("", text);
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsAsciiLetter(text[i]))
                continue;
            if (char.IsAsciiDigit(text[i]) || text[i] is '+' or '-' or '.')
            {
                if (i == 0)
                    return null;
                continue;
            }

            if (text[i] != ':')
                return null;
            if (i == 0)
                return Text.Say("missing protocol scheme");
            (scheme, rest) = (text[..i].ToLowerInvariant(), text[(i + 1)..]);
            return null;
        }

        return null;
    }

    private static string? ReadAuthority(string authority, out string? userInfo, out string host)
    {
        (userInfo, host) = (null, "");
        var at = authority.LastIndexOf('@');
        if (ReadHost(authority[(at + 1)..], out host) is { } wrongHost)
            return wrongHost;
        if (at < 0)
            return null;

        var written = authority[..at];
        if (written.AsSpan().ContainsAnyExcept(UserInfoCharacters))
            return Text.Say("net/url: invalid userinfo");
        var parts = new List<string>();
        foreach (var part in written.Split(':', 2))
        {
            if (Percent.Unescape(part, out var wrong) is not { } plain)
                return Text.Say($"invalid URL escape {QuotedText.Of(wrong)}");
            parts.Add(Percent.Escape(plain, Percent.InUserInfo));
        }

        userInfo = string.Join(':', parts);
        return null;
    }

    private static string? ReadHost(string text, out string host)
    {
        host = "";
        var afterBracket = 0;
        if (text.StartsWith('['))
        {
            afterBracket = text.LastIndexOf(']') + 1;
            if (afterBracket == 0)
                return Text.Say("missing ']' in host");
        }

        var colon = afterBracket > 0 ? afterBracket : text.LastIndexOf(':');
        var port = colon >= 0 ? text[colon..] : "";
        if (port.Length > 0 && (port[0] != ':' || port.AsSpan(1).ContainsAnyExceptInRange('0', '9')))
            return Text.Say($"invalid port {QuotedText.Of(port)} after host");

        // Only non-ASCII bytes may be escaped in a host.
        for (var i = text.IndexOf('%', StringComparison.Ordinal); i >= 0; i = text.IndexOf('%', i + 1))
        {
            if (i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && text[i + 1] < '8' && text.AsSpan(i, 3) is not "%25")
                return Text.Say($"invalid URL escape {QuotedText.Of(text.Substring(i, 3))}");
        }

        if (Percent.Unescape(text, out var wrong) is not { } plain)
            return Text.Say($"invalid URL escape {QuotedText.Of(wrong)}");
        foreach (var c in text)
        {
            if (c < 0x80 && c != '%' && !Percent.InHost.Contains(c))
                return Text.Say($"invalid character {QuotedText.Of(c.ToString())} in host name");
        }

        host = plain;
        return null;
    }
}
