using Plomba.Hosts.Nodes;
using Plomba.Hosts.Plans;
using Plomba.Trust.Configuration;

namespace Plomba.Hosts.Rules.Configuration;

/// <summary>P125: a policy of a Kubernetes namespace cannot be used, or is looser than the node's.</summary>
internal sealed class NamespacePolicyFiles : Rule
{
    public override string Id => "P125";

    public override string Title => Text.Say("A policy of a Kubernetes namespace is open or broken");

    public override string Why => Text.Say("CRI-O reads it in place of the node's policy; one that does not parse stops every pull of its namespace.");

    public override bool IsMendedBy(DesiredEntry entry) => entry is DesiredFile && entry.Path.Parent == CrioConfiguration.NamespacePolicies;

    public override IEnumerable<Finding> Check(CheckedMachine machine)
    {
        if (!machine.Crio.IsPresent)
            yield break;
        var directory = machine.Crio.NamespacePolicyDirectory;
        foreach (var path in machine.Files.List(directory).Names.Where(n => n.EndsWith(".json", StringComparison.Ordinal)).Select(n => $"{directory}/{n}"))
        {
            var reading = PolicyFile.Load(path, CheckedMachine.SystemEnvironment, machine.Files);
            if (reading.Policy is not { } policy)
                yield return Error(path, reading.Failure!, "plomba host apply node");
            else if (PolicyInForce.Accepts(policy.Default) || policy.Transports.Values.Any(t => t.Values.Any(PolicyInForce.Accepts)))
                yield return Error(path, Text.Say($"{path} lets images in without a signature"), "plomba host apply node");
        }
    }
}
