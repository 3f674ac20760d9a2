using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;
using Plomba.Trust.Configuration.RegistriesD;

namespace Plomba.Hosts.Roles.Parts;

/// <summary>
/// Other files of a <c>registries.d</c> that speak of the site's registry: a second definition is an error for every pull,
/// and a store for all registries that is the site's own is the hand-made recipe's, which ours replaces.
/// </summary>
internal static class OtherSignatureStores
{
    private const int LongestFile = 1024 * 1024;

    public static void Add(RoleDescription description, MachinePath directory)
    {
        var listing = description.Context.Root.List(directory);
        if (!listing.TryGet(out var entries, out _))
            return;
        foreach (var entry in entries.Where(e => e.Path.Name.EndsWith(".yaml", StringComparison.Ordinal) && e.Path.Name != "plomba.yaml"))
            Look(description, entry.Path);
    }

    private static void Look(RoleDescription description, MachinePath path)
    {
        if (!description.Context.Root.Read(path, LongestFile).TryGet(out var text, out _) || SignatureStoreNames.Read(text.Span) is not { } names)
        {
            description.Refuse(Text.Say($"{path} cannot be read as YAML, and podman refuses every pull because of it"), Text.Say("Mend or remove it first."));
            return;
        }

        var site = description.Site;
        var registry = site.Registry.Name.Text;
        var own = names.Namespaces.Where(n => n == registry || n.StartsWith(registry + "/", StringComparison.Ordinal)).ToList();
        var isRecipe = names.DefaultReading is { } url && (IsOurs(url, site.Signatures.Name.Host) || IsOurs(url, site.Registry.Name.Host));
        if (own.Count == 0 && !isRecipe)
            return;
        if (own.Count == names.Namespaces.Count && (isRecipe || !names.HasDefault))
            description.Add(new DesiredAbsence(path, Text.Say("plomba.yaml says the same; said twice, every pull would fail")));
        else
            description.Refuse(
                Text.Say($"{path} names stores of {registry} and of others; ours beside it would make every pull fail"),
                Text.Say($"Take what it says of {registry} out of it."));
    }

    private static bool IsOurs(string url, string host) => Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Host == host;
}
