namespace Plomba.SelfTest.OnMachine;

/// <summary>A way around the policy that podman leaves open, and who finds it.</summary>
/// <param name="What">As a sentence's object: what the user does.</param>
/// <param name="Commands">Run as the user one after the other, each a program with its arguments.</param>
/// <param name="Rules">Rules of the host check any of which finds it.</param>
/// <param name="Undo">Run as the user afterwards; exit codes do not matter.</param>
internal sealed record Attempt(string What, string[][] Commands, string[] Rules, string[][] Undo);

/// <summary>Everything the trial's user tries.</summary>
internal sealed class Attempts(Visitor visitor, string keys, string unsigned, string openPolicy)
{
    private readonly string configuration = $"{visitor.Home}/.config/containers", elsewhere = $"{visitor.Home}/elsewhere";

    /// <summary>What the kernel prevents: each command must fail.</summary>
    public IReadOnlyList<(string What, string[] Command)> Prevented =>
    [
        (Text.Say("write an own policy"), ["cp", openPolicy, $"{configuration}/policy.json"]),
        (Text.Say("write own signature stores"), ["mkdir", $"{configuration}/registries.d"]),
        (Text.Say("remove the closed directory"), ["rmdir", configuration]),
        (Text.Say("rename the closed directory"), ["mv", configuration, $"{configuration}.old"]),
        (Text.Say("open the closed directory"), ["chmod", "0777", configuration]),
        (Text.Say("clear its immutable attribute"), ["chattr", "-i", configuration]),
        (Text.Say("edit the machine's policy"), ["cp", openPolicy, "/etc/containers/policy.json"]),
        (Text.Say("delete the machine's policy"), ["rm", "-f", "/etc/containers/policy.json"]),
        (Text.Say("change where signatures are read"), ["cp", openPolicy, "/etc/containers/registries.d/other.yaml"]),
        (Text.Say("change the registries"), ["cp", openPolicy, "/etc/containers/registries.conf.d/99-other.conf"]),
        (Text.Say("rename the machine's configuration"), ["mv", "/etc/containers", "/etc/other"]),
        (Text.Say("replace a key"), ["cp", openPolicy, $"{keys}/{Trial.Accepted}.pgp"]),
        (Text.Say("delete a key"), ["rm", "-f", $"{keys}/{Trial.Accepted}.pgp"]),
        (Text.Say("rename the key directory"), ["mv", keys, $"{keys}.old"]),
    ];

    /// <summary>What nothing prevents without podman.</summary>
    public IReadOnlyList<Attempt> OfFiles =>
    [
        new(
            Text.Say("rename ~/.config and write an own policy"),
            [["mv", $"{visitor.Home}/.config", $"{visitor.Home}/.old"], ["mkdir", "-p", configuration], ["cp", openPolicy, $"{configuration}/policy.json"]],
            ["P102", "P109", "P110", "P112"],
            [["rm", "-r", $"{visitor.Home}/.config"], ["mv", $"{visitor.Home}/.old", $"{visitor.Home}/.config"]]),
        new(
            Text.Say("name another policy in the environment of every login"),
            [["cp", $"{openPolicy}.profile", $"{visitor.Home}/.profile"]],
            ["P207"],
            [["rm", $"{visitor.Home}/.profile"]]),
    ];

    /// <summary>What podman leaves open.</summary>
    public IReadOnlyList<Attempt> OfPodman =>
    [
        new(
            Text.Say("pull under another home directory"),
            [
                ["mkdir", "-p", $"{elsewhere}/.config/containers"], ["cp", openPolicy, $"{elsewhere}/.config/containers/policy.json"],
                ["env", $"HOME={elsewhere}", "podman", "pull", "-q", unsigned],
            ],
            ["P206"],
            [["podman", "unshare", "rm", "-rf", elsewhere]]),
        new(Text.Say("pull with --signature-policy"), [["podman", "pull", "-q", "--signature-policy", openPolicy, unsigned]], ["P201", "P202"], [["podman", "rmi", "--all", "--force"]]),
        new(
            Text.Say("load an archive under another policy"),
            [["skopeo", "copy", "-q", "--insecure-policy", $"docker://{unsigned}", $"docker-archive:{visitor.Home}/archive:{unsigned}:latest"], ["podman", "load", "-q", "--signature-policy", openPolicy, "-i", $"{visitor.Home}/archive"]],
            ["P201", "P202"],
            [["podman", "rmi", "--all", "--force"], ["rm", "-f", $"{visitor.Home}/archive"]]),
        new(
            Text.Say("copy into the store with skopeo --insecure-policy"),
            [["podman", "unshare", "skopeo", "copy", "-q", "--insecure-policy", $"docker://{unsigned}", $"containers-storage:{unsigned}:latest"]],
            ["P201", "P202"],
            [["podman", "rmi", "--all", "--force"]]),
        new(
            Text.Say("build an image"),
            [["podman", "build", "-q", "-t", "built", "-f", $"{openPolicy}.build", "/var/empty"]],
            ["P201", "P202"],
            [["podman", "rmi", "--all", "--force"]]),
    ];
}
