using Plomba.Registry.Access;
using Plomba.Site;

namespace Plomba.Serving;

/// <summary>Joins the two views of a site: what the description says, as what the server needs to know.</summary>
internal static class SiteViews
{
    /// <summary>The server's view of a described site.</summary>
    /// <param name="site">The site.</param>
    /// <param name="tls">Whether the server has a certificate, perhaps from its command line: challenges name the right scheme.</param>
    public static SiteView Of(SiteDescription site, bool tls) => new()
    {
        BaseUrl = $"{(tls ? "https" : "http")}://{site.Registry.Name}",
        Revision = site.Revision.Text,
        PasswordsFile = site.Access.Passwords?.Text,
        PlainHttpPasswords = site.Access.PlainHttpPasswords,
        SignatureExtension = site.Signatures.Extension,
        KeysDirectory = site.KeysDirectory.Text,
        Keys = [.. site.Keys.Select(key => new KeyView(key.Name.Text, key.Fingerprint.Text))],
        InboxesDirectory = site.Signatures.Inboxes.Text,
        Namespaces = [.. site.Namespaces.Select(Of)],
    };

    /// <summary>The view without any site: no accounts, no namespaces, everything below the data directory.</summary>
    public static SiteView Standard(string baseUrl, string dataDirectory) => new()
    {
        BaseUrl = baseUrl,
        KeysDirectory = Path.Combine(dataDirectory, "keys"),
        InboxesDirectory = Path.Combine(dataDirectory, "staging"),
    };

    private static NamespaceView Of(SiteNamespace @namespace) => new(
        @namespace.Name.Text,
        @namespace.Makers.Select(maker => maker.Text).ToHashSet(StringComparer.Ordinal),
        @namespace.Keys.Select(key => key.Fingerprint.Text).ToHashSet(StringComparer.Ordinal),
        @namespace.PublicLookaside);
}
