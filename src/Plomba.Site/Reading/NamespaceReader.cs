using Plomba.Site.Names;

namespace Plomba.Site.Reading;

/// <summary>Reads the <c>[[namespace]]</c> tables.</summary>
internal sealed class NamespaceReader(FindingList findings, IReadOnlyList<SiteKey> keys, IReadOnlyDictionary<KeyName, Place> described)
{
    /// <summary>Longest repository name with its registry that references can hold.</summary>
    private const int LongestScope = 255;

    private static readonly ValueParser<KeyRequirement> Require = Words.Parser(("any", KeyRequirement.Any), ("all", KeyRequirement.All));
    private static readonly ValueParser<IdentityRule> Identity = Words.Parser(("exact", IdentityRule.Exact), ("repository", IdentityRule.Repository));
    private static readonly ValueParser<bool> Lookaside = Words.Parser(("public", true), ("off", false));

    private readonly Dictionary<NamespaceName, Place> _places = [];
    private readonly Dictionary<KeyName, SiteKey> _keys = keys.ToDictionary(k => k.Name);

    /// <summary>The namespaces, in order; those with a mistake are left out.</summary>
    /// <param name="tables">The tables.</param>
    /// <param name="registry">The registry's name; null when it has a mistake.</param>
    public List<SiteNamespace> Read(IEnumerable<TableReader> tables, HostName? registry)
    {
        var namespaces = new List<SiteNamespace>();
        foreach (var table in tables)
        {
            var name = ReadName(table, registry);
            var makers = table.Values<AccountName>("makers", AccountName.TryParse, Text.Say("write makers = [\"imagemaker\"]"));
            var keyNames = table.Values<KeyName>("keys", KeyName.TryParse, Text.Say("write keys = [\"images-developer\"]"));
            var require = table.Value("require", Require);
            var identity = table.Value("identity", Identity);
            var lookaside = table.Value("lookaside", Lookaside);
            var kubernetes = table.Values<KubernetesName>("kubernetes", KubernetesName.TryParse, Text.Say("write kubernetes = [\"team-a\"]"));
            table.ReportUnknown();
            var found = (keyNames ?? []).ConvertAll(Resolve);
            if (name is not { } valid)
                continue;
            Review(table, valid);
            namespaces.Add(new SiteNamespace
            {
                Name = valid,
                Makers = [.. (makers ?? []).Select(m => m.Value)],
                Keys = [.. found.OfType<SiteKey>()],
                Require = require?.Value ?? KeyRequirement.Any,
                Identity = identity?.Value ?? IdentityRule.RepositoryDigestOrExact,
                PublicLookaside = lookaside?.Value ?? true,
                Kubernetes = [.. (kubernetes ?? []).Select(k => k.Value)],
            });
        }

        return namespaces;
    }

    private NamespaceName? ReadName(TableReader table, HostName? registry)
    {
        var name = table.Value<NamespaceName>("name", NamespaceName.TryParse, Text.Say("write the repository-path prefix, name = \"alt\""));
        var wide = table.Flag("registry-wide") ?? false;
        if (name is not { } found)
            return null;
        if (found.Value == NamespaceName.Whole && !wide)
            findings.Error(found.Place, FindingCode.RegistryWide, Text.Say("name = \"\" is the whole registry: write registry-wide = true beside it, or a repository path"));
        else if (wide && found.Value != NamespaceName.Whole)
            findings.Error(table.PlaceOf("registry-wide"), FindingCode.RegistryWide, Text.Say($"registry-wide goes with name = \"\" only, not with {FindingList.Quote(found.Value.Text)}: leave it out"));
        if (registry is { } host && host.Text.Length + 1 + found.Value.Text.Length > LongestScope)
            findings.Error(found.Place, FindingCode.Value, Text.Say($"{host}/… would be longer than the {LongestScope} characters an image name can have"));
        if (_places.TryAdd(found.Value, table.Place))
            return found.Value;
        findings.Error(found.Place, FindingCode.Duplicate, Text.Say($"the namespace {found.Value} is described at line {_places[found.Value].Line} already: keep one of the two"));
        return null;
    }

    private void Review(TableReader table, NamespaceName name)
    {
        if (!table.Has("keys"))
            findings.Warn(table.Place, FindingCode.NoKeys, Text.Say($"the namespace {name} has no keys: every image in it is refused"));
        if (!table.Has("makers"))
            findings.Warn(table.Place, FindingCode.NoMakers, Text.Say($"the namespace {name} has no makers: nobody may push to it"));
        if (name == NamespaceName.Whole)
            findings.Warn(table.PlaceOf("name"), FindingCode.RegistryWide, Text.Say("these keys count for every image that no other namespace holds: better give each team a namespace"));
    }

    private SiteKey? Resolve(Placed<KeyName> name)
    {
        if (_keys.TryGetValue(name.Value, out var key))
            return key;
        if (described.ContainsKey(name.Value))
            return null; // Its own mistake is reported where it is described.
        var advice = Spelling.Nearest(name.Value.Text, described.Keys.Select(k => k.Text)) is { } near
            ? Text.Say($"did you mean \"{near}\"?")
            : Text.Say($"describe it with [[key]], or run plomba site key add FILE --name {name.Value}");
        findings.Error(name.Place, FindingCode.UndefinedKey, Text.Say($"no [[key]] is named {FindingList.Quote(name.Value.Text)}: {advice}"));
        return null;
    }
}
