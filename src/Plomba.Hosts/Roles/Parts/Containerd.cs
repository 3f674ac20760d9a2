using Plomba.Hosts.Machines;

namespace Plomba.Hosts.Roles.Parts;

/// <summary>What is said of other ways to run containers on a node: they read no policy.json, and nothing we write holds them.</summary>
internal static class Containerd
{
    private static readonly string[] Containerds = ["/etc/containerd/config.toml", "/usr/bin/containerd", "/usr/local/bin/containerd"];
    private static readonly string[] Dockers = ["/usr/bin/dockerd", "/usr/local/bin/dockerd"];

    public static void Look(RoleDescription description)
    {
        if (IsThere(description, Containerds))
            description.Note(
                Text.Say("containerd is on this machine: it verifies no signatures, so pods that it runs are held to nothing"),
                Text.Say("Let the kubelet use CRI-O (containerRuntimeEndpoint: unix:///run/crio/crio.sock), and remove containerd."));
        if (IsThere(description, Dockers))
            description.Note(
                Text.Say("docker is on this machine: it verifies no signatures, so containers that it runs are held to nothing"),
                Text.Say("Remove it, or let nobody into the group docker."));
    }

    private static bool IsThere(RoleDescription description, string[] paths) => paths.Any(p => description.Context.Root.Exists(MachinePath.Parse(p)));
}
