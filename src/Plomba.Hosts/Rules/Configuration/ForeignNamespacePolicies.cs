using Plomba.Hosts.Nodes;
using Plomba.Hosts.Plans;

namespace Plomba.Hosts.Rules.Configuration;

/// <summary>P126: a policy of a Kubernetes namespace that the site does not name.</summary>
internal sealed class ForeignNamespacePolicies : Rule
{
    private const string Extension = ".json";

    public override string Id => "P126";

    public override string Title => Text.Say("A policy of a Kubernetes namespace is not the site's");

    public override string Why => Text.Say("CRI-O reads it in place of the node's policy, and what it lets in no change of the site takes back.");

    public override bool IsMendedBy(DesiredEntry entry) => entry is DesiredAbsence && entry.Path.Parent == CrioConfiguration.NamespacePolicies;

    public override IEnumerable<Finding> Check(CheckedMachine machine)
    {
        if (!machine.Crio.IsPresent || machine.Site is not { } site)
            yield break;
        var named = site.Namespaces.SelectMany(n => n.Kubernetes).Select(k => k.Text + Extension).ToHashSet(StringComparer.Ordinal);
        var directory = machine.Crio.NamespacePolicyDirectory;
        foreach (var path in machine.Files.List(directory).Names.Where(n => n.EndsWith(Extension, StringComparison.Ordinal) && !named.Contains(n)).Select(n => $"{directory}/{n}"))
            yield return Warning(path, Text.Say($"the site names no Kubernetes namespace of the name {Path.GetFileNameWithoutExtension(path)}"), $"rm {ShellWord.Of(path)}");
    }
}
