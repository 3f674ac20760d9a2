using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Plomba.Site.Names;

/// <summary>
/// <c>host</c> or <c>host:port</c> as it stands in image names and URLs: lower-case ASCII labels or an IPv4 address.
/// The text is compared as text everywhere (policy scopes know no default ports), so it is kept exactly.
/// </summary>
public readonly partial record struct HostName
{
    private readonly string? _text;

    private HostName(string text, string host, int? port) => (_text, Host, Port) = (text, host, port);

    /// <summary>The whole text, <c>registry.local</c> or <c>localhost:5000</c>.</summary>
    public string Text => _text ?? throw new InvalidOperationException("A default HostName has no value.");

    /// <summary>The text before the port.</summary>
    public string Host { get; }

    /// <summary>1 to 65535; null when none is written.</summary>
    public int? Port { get; }

    /// <summary>Whether the host is an IPv4 address, which no hosts line can name.</summary>
    public bool IsAddress => Host.All(c => char.IsAsciiDigit(c) || c == '.');

    /// <summary>Whether the name means this machine alone: <c>localhost</c> or 127.0.0.0/8.</summary>
    public bool IsLoopback => Host == "localhost" || (IsAddress && IPAddress.IsLoopback(IPAddress.Parse(Host)));

    /// <summary>The port clients connect to: the written one, else 443 with TLS and 80 without.</summary>
    public int EffectivePort(bool tls) => Port ?? (tls ? 443 : 80);

    /// <summary>Parses strictly; false with the reason and what to write instead.</summary>
    public static bool TryParse(string text, out HostName name, [NotNullWhen(false)] out string? why)
    {
        name = default;
        why = null;
        if (text.Contains("://", StringComparison.Ordinal))
            why = Language.Text.Say("no scheme here: write host or host:port");
        else if (text.Contains('/', StringComparison.Ordinal))
            why = Language.Text.Say("no path here: write host or host:port; paths are namespaces");
        else if (text.Contains('[', StringComparison.Ordinal) || text.Count(c => c == ':') > 1)
            why = Language.Text.Say("image names cannot hold an IPv6 address: write a host name");
        else if (text.Any(char.IsAsciiLetterUpper))
            why = Language.Text.Say("write it in lower case: policies compare names letter by letter");
        else if (Grammar().Match(text) is not { Success: true } match)
            why = Language.Text.Say("write host or host:port, such as registry.local or localhost:5000");
        else
            why = Take(text, match, out name);
        return why is null;
    }

    /// <inheritdoc cref="Text"/>
    public override string ToString() => _text ?? "";

    private static string? Take(string text, Match match, out HostName name)
    {
        name = default;
        var host = match.Groups["host"].Value;
        if (host.Length > 253)
            return Language.Text.Say("a host name has at most 253 characters");
        if (host.All(c => char.IsAsciiDigit(c) || c == '.') && !IpAddresses.TryParse(host, out _))
            return Language.Text.Say("that is no IPv4 address: four numbers from 0 to 255");
        int? port = null;
        if (match.Groups["port"] is { Success: true } digits)
        {
            if (!int.TryParse(digits.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 65535 || digits.Value[0] == '0')
                return Language.Text.Say("a port is a number from 1 to 65535");
            port = number;
        }

        name = new HostName(text, host, port);
        return null;
    }

    [GeneratedRegex(@"\A(?<host>[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*)(?::(?<port>[0-9]+))?\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Grammar();
}
