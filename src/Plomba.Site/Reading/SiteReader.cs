using System.Net;
using Plomba.Images;
using Plomba.Site.Names;

namespace Plomba.Site.Reading;

/// <summary>Reads the tree of a site.toml, part by part; what is wrong is reported and reading goes on.</summary>
internal sealed class SiteReader(string file, Digest revision, TomlTable tree, FindingList findings)
{
    private readonly PathReader _paths = new(Path.GetDirectoryName(file) ?? "/", findings);
    private readonly TableReader _root = new(tree, "", findings);

    /// <summary>Where each key is described.</summary>
    public Dictionary<KeyName, Place> KeyPlaces { get; } = [];

    /// <summary>Where <c>registry.tls</c> stands.</summary>
    public Place TlsPlace { get; private set; }

    /// <summary>The site; null when there are errors.</summary>
    public SiteDescription? Read()
    {
        if (!ReadFormat())
            return null;
        var name = _root.Table("site", Text.Say("write [site] and name = \"…\" below it")) is { } site ? ReadSite(site) : null;
        var registry = ReadRegistry(out var registryTable);
        var signatures = ReadSignatures(registry, out var signaturesTable);
        var keysDirectory = ReadKeysDirectory(registry, out var keysTable);
        var groups = ReadGroups();
        var access = ReadAccess(out var accessTable);
        var trust = new TrustReader(findings).Read(_root.Table("trust"));
        var keys = new KeyReader(findings, KeyPlaces).Read(_root.Tables("key"));
        var namespaces = new NamespaceReader(findings, keys, KeyPlaces).Read(_root.Tables("namespace"), registry?.Name);
        _root.ReportUnknown();
        var review = new SiteReview(findings);
        if (registry is not null && signatures is not null)
            review.Connections((registry, registryTable!), (signatures, signaturesTable), (access, accessTable));
        if (registry is not null && keysDirectory is not null)
            review.KeysDirectory(registry, keysTable);
        review.Namespaces(_root);
        review.UnusedKeys(keys, namespaces, KeyPlaces);
        if (findings.HasErrors || name is null || registry is null || signatures is null || keysDirectory is null)
            return null;
        return new SiteDescription
        {
            File = file,
            Revision = revision,
            Name = name.Value,
            Registry = registry,
            Signatures = signatures,
            KeysDirectory = keysDirectory.Value,
            Groups = groups,
            Access = access,
            Trust = trust,
            Keys = keys,
            Namespaces = namespaces,
        };
    }

    // A site of another format has other keys: nothing else is said about it. A file without the line is read on,
    // but never valid: an empty or half-written file must not mean "all defaults".
    private bool ReadFormat()
    {
        _root.Know("format");
        switch (tree.Find("format"))
        {
            case null:
                findings.Error(tree.Place, FindingCode.Format, Text.Say("the first line must be: format = 1"));
                return true;
            case { Value: TomlNumber { Value: 1 } } entry:
                if (tree.Entries.First() != entry)
                    findings.Error(entry.Place, FindingCode.Format, Text.Say("format = 1 must stand before everything else"));
                return true;
            case { Value: TomlNumber { Value: var other } } entry:
                findings.Error(entry.Value.Place, FindingCode.Format, Text.Say($"this version reads format = 1, not {other}: use the version of plomba the file was written for"));
                return false;
            case var entry:
                findings.Error(entry.Value.Place, FindingCode.Format, Text.Say($"format is {entry.Value.Kind} here: write format = 1"));
                return true;
        }
    }

    private static SiteName? ReadSite(TableReader table)
    {
        var name = table.Value<SiteName>("name", SiteName.TryParse, Text.Say("write name = \"example\""));
        table.ReportUnknown();
        return name?.Value;
    }

    private RegistrySettings? ReadRegistry(out TableReader? table)
    {
        table = _root.Table("registry", Text.Say("write [registry] and name = \"registry.local\" below it"));
        if (table is null)
            return null;
        var name = table.Value<HostName>("name", TryParseRegistryName, Text.Say("write what users type before the first slash, name = \"registry.local\""));
        var listen = ReadListen(table, "registry") ?? [Listen("127.0.0.1:5000", "registry")];
        var address = ReadAddress(table, name);
        var data = _paths.Read(table, "data", "plomba-data");
        var verifyReads = table.Value<bool>("verify-reads", Words.Parser(("changed", false), ("always", true)));
        var tls = ReadTls(table);
        table.ReportUnknown();
        if (name is not { } found || data is not { } directory)
            return null;
        return new RegistrySettings
        {
            Name = found.Value,
            Listen = listen,
            Address = address,
            Data = directory,
            VerifyEveryRead = verifyReads?.Value ?? false,
            Tls = tls,
        };
    }

    private TlsFiles? ReadTls(TableReader registry)
    {
        if (registry.Table("tls") is not { } table)
            return null;
        var both = Text.Say("TLS needs both, tls = { certificate = \"…\", key = \"…\" }");
        var certificate = _paths.ReadMandatory(table, "certificate", both);
        var key = _paths.ReadMandatory(table, "key", both);
        var authority = _paths.Read(table, "ca", null);
        table.ReportUnknown();
        TlsPlace = registry.PlaceOf("tls");
        return certificate is { } c && key is { } k ? new TlsFiles(c, k, authority) : null;
    }

    private SignatureSettings? ReadSignatures(RegistrySettings? registry, out TableReader? table)
    {
        table = _root.Table("signatures");
        var name = table?.Value<HostName>("name", HostName.TryParse);
        var listen = table is null ? null : ReadListen(table, "signatures");
        var address = table is null ? null : ReadAddress(table, name);
        var inboxes = _paths.Read(table, "inboxes", null);
        var extension = table?.Flag("extension");
        table?.ReportUnknown();
        if (registry is null)
            return null;
        return new SignatureSettings
        {
            Name = name?.Value ?? registry.Name,
            Listen = listen ?? [],
            Address = address,
            Inboxes = inboxes ?? registry.Data.Below("staging"),
            Extension = extension ?? true,
        };
    }

    private SitePath? ReadKeysDirectory(RegistrySettings? registry, out TableReader? table)
    {
        table = _root.Table("keys");
        var directory = _paths.Read(table, "directory", null);
        table?.ReportUnknown();
        return directory ?? registry?.Data.Below("keys");
    }

    private GroupSettings ReadGroups()
    {
        var table = _root.Table("groups");
        var user = table?.Value<AccountName>("user", AccountName.TryParse);
        var maker = table?.Value<AccountName>("maker", AccountName.TryParse);
        table?.ReportUnknown();
        return new GroupSettings(user?.Value ?? Account("podman"), maker?.Value ?? Account("podman_dev"));
    }

    private AccessSettings ReadAccess(out TableReader? table)
    {
        table = _root.Table("access");
        var passwords = _paths.Read(table, "passwords", null);
        var plain = table?.Flag("plain-http-passwords");
        table?.ReportUnknown();
        return new AccessSettings(passwords, plain ?? false);
    }

    private static List<ListenAddress>? ReadListen(TableReader table, string socket)
    {
        bool Parse(string text, out ListenAddress value, out string? why) => ListenAddress.TryParse(text, socket, out value!, out why);
        return table.Values<ListenAddress>("listen", Parse, Text.Say("write listen = [\"127.0.0.1:5000\"]"))?.ConvertAll(l => l.Value);
    }

    private IPAddress? ReadAddress(TableReader table, Placed<HostName>? name)
    {
        if (table.Value<IPAddress>("address", TryParseAddress) is not { } address)
            return null;
        if (name is { Value: { IsAddress: true } or { Host: "localhost" } })
            findings.Error(address.Place, FindingCode.Value, Text.Say($"address is for the hosts lines, and {name.Value.Value.Host} needs none: leave it out"));
        return address.Value;
    }

    private static bool TryParseAddress(string text, out IPAddress address, out string? why)
    {
        why = Text.Say("write an IP address without a port, such as 192.0.2.10");
        if (!IpAddresses.TryParse(text, out var parsed))
        {
            address = IPAddress.None;
            return false;
        }

        address = parsed;
        why = IPAddress.Any.Equals(parsed) || IPAddress.IPv6Any.Equals(parsed)
            ? Text.Say("no machine has this address: write the one that clients connect to")
            : null;
        return why is null;
    }

    // Only a name with a dot, a port, or localhost is a registry in an image name; docker.io is somebody else's.
    private static bool TryParseRegistryName(string text, out HostName name, out string? why)
    {
        if (!HostName.TryParse(text, out name, out why))
            return false;
        if (name.Port is null && name.Host != "localhost" && !name.Host.Contains('.', StringComparison.Ordinal))
            why = Text.Say($"image names take \"{name.Host}/…\" for a repository of docker.io: give it a dot or a port");
        else if (name.Host is "docker.io" or "index.docker.io" or "registry-1.docker.io")
            why = Text.Say("that is Docker Hub: write the name of your own registry");
        return why is null;
    }

    private static ListenAddress Listen(string text, string socket) =>
        ListenAddress.TryParse(text, socket, out var address, out _) ? address : throw new ArgumentException(text, nameof(text));

    private static AccountName Account(string text) =>
        AccountName.TryParse(text, out var name, out _) ? name : throw new ArgumentException(text, nameof(text));
}
