using System.Text;
using System.Text.Json.Serialization;
using Plomba.Site;
using Plomba.Site.Rendering;

namespace Plomba.Verbs.Site;

/// <summary>The documents of <c>--output json</c> of the site verbs: stable, camelCase.</summary>
internal static class SiteJson
{
    public static CheckJson Of(SiteReading reading) => new(
        reading.File,
        !reading.HasErrors,
        [.. reading.Findings.Select(f => new FindingJson(f.Line, f.Column, f.SeverityWord, f.Code, f.Text))]);

    public static RenderedJson Of(RenderedFile file) => new(file.Path, file.RelativePath, Encoding.UTF8.GetString(file.Content.Span));

    public static SiteDescriptionJson Of(SiteDescription site) => new(
        site.Name.Text,
        site.File,
        site.Revision.Text,
        new RegistryJson(
            site.Registry.Name.Text,
            site.RegistryUrl,
            [.. site.Registry.Listen.Select(l => l.Text)],
            site.Registry.Address?.ToString(),
            site.Registry.Data.Text,
            site.Registry.VerifyEveryRead ? "always" : "changed",
            site.Registry.Tls is { } tls ? new TlsJson(tls.Certificate.Text, tls.Key.Text, tls.Authority?.Text) : null),
        new SignaturesJson(
            site.Signatures.Name.Text,
            site.LookasideUrl,
            site.KeysUrl,
            [.. site.Signatures.Listen.Select(l => l.Text)],
            site.Signatures.Address?.ToString(),
            site.Signatures.Inboxes.Text,
            site.Signatures.Extension),
        site.KeysDirectory.Text,
        new GroupsJson(site.Groups.User.Text, site.Groups.Maker.Text),
        new AccessJson(site.Access.Passwords?.Text, site.Access.PlainHttpPasswords),
        site.Trust is { } trust
            ? new TrustJson(trust.Threshold, [.. trust.Administrators.Select(a => new TrustKeyJson(a.Name.Text, a.Key.Text))], [.. trust.Online.Select(o => new TrustKeyJson(o.Name.Text, o.Key.Text))])
            : null,
        HostsLines.Of(site),
        [.. site.Keys.Select(k => Of(site, k))],
        [.. site.Namespaces.Select(n => Of(site, n))]);

    public static SiteKeyJson Of(SiteDescription site, SiteKey key, string? state = null) =>
        new(key.Name.Text, key.Fingerprint.Text, key.Owner, site.FileOf(key).Text, site.UrlOf(key), state);

    public static SiteNamespaceJson Of(SiteDescription site, SiteNamespace n) => new(
        n.Name.Text,
        site.ScopeOf(n),
        [.. n.Makers.Select(m => m.Text)],
        [.. n.Keys.Select(k => k.Name.Text)],
        n.Require == KeyRequirement.All ? "all" : "any",
        n.Identity switch { IdentityRule.Exact => "exact", IdentityRule.Repository => "repository", _ => null },
        n.PublicLookaside ? "public" : "off",
        [.. n.Kubernetes.Select(k => k.Text)]);
}

internal sealed record CheckJson(string File, bool Valid, IReadOnlyList<FindingJson> Findings);

internal sealed record FindingJson(int Line, int Column, string Severity, string Code, string Text);

internal sealed record RenderedJson(string Path, string Target, string Content);

internal sealed record SiteDescriptionJson(
    string Name,
    string File,
    string Revision,
    RegistryJson Registry,
    SignaturesJson Signatures,
    string KeysDirectory,
    GroupsJson Groups,
    AccessJson Access,
    TrustJson? Trust,
    IReadOnlyList<string> Hosts,
    IReadOnlyList<SiteKeyJson> Keys,
    IReadOnlyList<SiteNamespaceJson> Namespaces);

internal sealed record RegistryJson(
    string Name, string Url, IReadOnlyList<string> Listen, string? Address, string Data, string VerifyReads, TlsJson? Tls);

internal sealed record TlsJson(string Certificate, string Key, string? Ca);

internal sealed record SignaturesJson(
    string Name, string LookasideUrl, string KeysUrl, IReadOnlyList<string> Listen, string? Address, string Inboxes, bool Extension);

internal sealed record GroupsJson(string User, string Maker);

internal sealed record AccessJson(string? Passwords, bool PlainHttpPasswords);

internal sealed record TrustJson(int Threshold, IReadOnlyList<TrustKeyJson> Administrators, IReadOnlyList<TrustKeyJson> Online);

internal sealed record TrustKeyJson(string Name, string Key);

internal sealed record SiteKeyJson(string Name, string Fingerprint, string? Owner, string File, string Url, string? State);

internal sealed record SiteNamespaceJson(
    string Name, string Scope, IReadOnlyList<string> Makers, IReadOnlyList<string> Keys, string Require, string? Identity, string Lookaside, IReadOnlyList<string> Kubernetes);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(CheckJson))]
[JsonSerializable(typeof(RenderedJson[]))]
[JsonSerializable(typeof(SiteDescriptionJson))]
[JsonSerializable(typeof(SiteKeyJson[]))]
[JsonSerializable(typeof(SiteNamespaceJson[]))]
internal sealed partial class SiteJsonContext : JsonSerializerContext;
