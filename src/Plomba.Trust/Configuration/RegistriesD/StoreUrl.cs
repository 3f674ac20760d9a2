using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Plomba.Images;

namespace Plomba.Trust.Configuration.RegistriesD;

/// <summary>
/// The URL of a signature store or of something in it. <see cref="System.Uri"/> is not used: it resolves <c>..</c> and
/// decodes at will, while the reference appends to the decoded path and keeps everything else (TRUST.md §5.3).
/// </summary>
public sealed record StoreUrl
{
    internal StoreUrl(string scheme, string? opaque, string? userInfo, string host, string path)
    {
        Scheme = scheme;
        Opaque = opaque;
        UserInfo = userInfo;
        Host = host;
        Path = path;
    }

    /// <summary>Lower case; empty when there is none. Only <c>file</c>, <c>http</c> and <c>https</c> can be used.</summary>
    public string Scheme { get; }

    /// <summary><c>host[:port]</c>, may be empty.</summary>
    public string Host { get; }

    /// <summary>The decoded path: for <c>file</c> the name in the file system.</summary>
    public string Path { get; internal init; }

    internal string? Opaque { get; }

    /// <summary>As escaped text, without the <c>@</c>; null when there is none. A secret may be in it.</summary>
    internal string? UserInfo { get; }

    internal string? Query { get; init; }

    internal string? Fragment { get; init; }

    /// <summary>One slash instead of three after <c>file:</c>, as it was written.</summary>
    internal bool OmitsHost { get; init; }

    /// <summary>Parses what stands in registries.d; false with the reference's text.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out StoreUrl? url, [NotNullWhen(false)] out string? error)
    {
        error = StoreUrlReader.Read(text, out url);
        return error is null;
    }

    /// <summary>The <c>file:</c> URL of an absolute path.</summary>
    public static StoreUrl OfDirectory(string path) => new("file", null, null, "", path);

    /// <summary>A repository in this store.</summary>
    public StoreUrl Below(RepositoryName repository) => this with { Path = $"{Path}/{repository}" };

    /// <summary>A signature of a manifest of this repository.</summary>
    /// <param name="digest">The manifest's.</param>
    /// <param name="number">From 1.</param>
    public StoreUrl Signature(Digest digest, int number) => this with
    {
        Path = string.Create(CultureInfo.InvariantCulture, $"{Path}@{digest.Algorithm}={digest.Hex}/signature-{number}"),
    };

    /// <summary>For messages and logs: without user information.</summary>
    public string Shown => UserInfo is null ? ToString() : Render("");

    /// <summary>The whole URL, escaped; with the user information that was configured.</summary>
    public override string ToString() => Render(UserInfo is null ? "" : UserInfo + "@");

    private string Render(string userInfo)
    {
        var text = new StringBuilder();
        if (Scheme.Length > 0)
            text.Append(Scheme).Append(':');
        if (Opaque is not null)
        {
            text.Append(Opaque);
        }
        else
        {
            var path = Percent.Escape(Path, Percent.InPath);
            if (!OmitsHost && (Scheme.Length > 0 || Host.Length > 0 || UserInfo is not null))
                text.Append("//").Append(userInfo).Append(Percent.Escape(Host, Percent.InHost));
            if (path.Length > 0 && path[0] != '/' && Host.Length > 0)
                text.Append('/');
            if (text.Length == 0 && path.Split('/')[0].Contains(':', StringComparison.Ordinal))
                text.Append("./");
            text.Append(path);
        }

        if (Query is not null)
            text.Append('?').Append(Query);
        if (!string.IsNullOrEmpty(Fragment))
            text.Append('#').Append(Fragment);
        return text.ToString();
    }
}
