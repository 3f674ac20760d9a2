using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace Plomba.Registry.Signatures;

/// <summary>The list of keys for people. Names in keys are foreign text: everything is encoded.</summary>
internal static class KeysPage
{
    private const string Head =
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Public keys</title>"
        + "<style>body{font:16px/1.5 sans-serif;margin:2em}td,th{padding:.3em 1em .3em 0;text-align:left;vertical-align:top}"
        + "code{font-size:1em}.revoked{text-decoration:line-through}</style><h1>Public keys</h1>"
        + "<p>Compare the whole fingerprint with the one your security administrator gave you before you use a key.</p>";

    /// <summary>The page.</summary>
    public static string Write(IReadOnlyList<ServedKey> keys)
    {
        if (keys.Count == 0)
            return Head + "<p>There are no keys here.</p></html>\n";
        var page = new StringBuilder(Head).Append("<table><tr><th>Key<th>Fingerprint<th>Owner<th>Created<th>Expires</tr>");
        foreach (var key in keys)
            Append(page, key);
        return page.Append("</table></html>\n").ToString();
    }

    private static void Append(StringBuilder page, ServedKey key)
    {
        var encode = HtmlEncoder.Default;
        page.Append(key.Info.IsRevoked ? "<tr class=\"revoked\"><td>" : "<tr><td>")
            .Append("<a href=\"/keys/").Append(encode.Encode(key.FileName)).Append("\">").Append(encode.Encode(key.Name)).Append("</a><td><code>")
            .Append(encode.Encode(InGroups(key.Info.Fingerprint.Text))).Append("</code><td>")
            .AppendJoin("<br>", key.Info.UserIds.Select(encode.Encode)).Append("<td>")
            .Append(Day(key.Info.Created)).Append("<td>")
            .Append(key.Info.Expires is { } expires ? Day(expires) : "never")
            .Append(key.Info.IsRevoked ? " (revoked)</tr>" : "</tr>");
    }

    private static string InGroups(string fingerprint) => string.Join(' ', fingerprint.Chunk(4).Select(group => new string(group)));

    private static string Day(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
