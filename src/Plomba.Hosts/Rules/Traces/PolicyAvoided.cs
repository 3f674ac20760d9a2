using System.Text;
using Plomba.Hosts.Machines;
using Plomba.Trust;

namespace Plomba.Hosts.Rules.Traces;

/// <summary>P207: somebody who is no maker tells programs to use another policy, or none.</summary>
internal sealed class PolicyAvoided : Rule
{
    private const int LongestFile = 1024 * 1024;
    private const int MostProcesses = 50_000;

    private static readonly string[] Variables = ["CONTAINERS_POLICY_JSON", "CONTAINERS_REGISTRIES_CONF", "CONTAINERS_STORAGE_CONF", "CONTAINER_SIGNATURE_POLICY"];
    private static readonly string[] Arguments = ["--signature-policy", "--insecure-policy"];
    private static readonly string[] Profiles =
    [
        ".bashrc", ".bash_profile", ".bash_login", ".bash_aliases", ".profile", ".zshrc", ".zshenv", ".zprofile", ".pam_environment",
        ".config/fish/config.fish", ".config/environment.d", ".config/containers/containers.conf", ".config/systemd/user",
    ];

    public override string Id => "P207";

    public override string Title => Text.Say("Somebody uses another policy, or none");

    public override string Why => Text.Say("The closed configuration guards against accident, not against who names another file: nodes and the registry still refuse.");

    public override IEnumerable<Finding> Check(CheckedMachine machine)
    {
        var users = machine.Users.Where(u => u.Kind is UserKind.Client or UserKind.Other).ToList();
        foreach (var user in users)
        {
            foreach (var file in Profiles.SelectMany(p => Files(machine, $"{user.Home.TrimEnd('/')}/{p}")))
            {
                if (Mentions(machine, file) is { } word)
                    yield return Error(user.Name, Text.Say($"{QuotedText.Of(file)} names {word}"), Text.Say($"Take the line out of {ShellWord.Of(file)}."));
            }
        }

        if (!machine.Root.IsLive)
            yield break;
        var byUid = users.DistinctBy(u => u.Uid).ToDictionary(u => u.Uid);
        foreach (var (process, user) in Processes(machine, byUid))
        {
            if (Trace(machine, process) is { } word)
                yield return Error(user.Name, Text.Say($"the process {process} of {user.Name} runs with {word}"), $"kill {process}");
        }
    }

    private static IEnumerable<string> Files(CheckedMachine machine, string path) =>
        machine.Status(path) is { Kind: NodeKind.Directory }
            ? machine.Files.List(path).Names.Take(100).Select(n => $"{path}/{n}")
            : [path];

    private static string? Mentions(CheckedMachine machine, string file)
    {
        if (machine.Files.Read(file, LongestFile) is not { IsRead: true, Bytes: var bytes })
            return null;
        // Comments do nothing.
        var lines = Encoding.Latin1.GetString(bytes.Span).Split('\n').Where(l => !l.TrimStart().StartsWith('#')).ToList();
        return Variables.Concat(Arguments).FirstOrDefault(w => lines.Any(l => l.Contains(w, StringComparison.Ordinal)));
    }

    private static IEnumerable<(string Id, CheckedUser User)> Processes(CheckedMachine machine, Dictionary<uint, CheckedUser> users)
    {
        if (users.Count == 0 || !machine.Root.List(MachinePath.Parse("/proc"), MostProcesses).TryGet(out var entries, out _))
            yield break;
        foreach (var entry in entries.Where(e => e.Path.Name.All(char.IsAsciiDigit)))
        {
            if (machine.Root.Status(entry.Path).TryGet(out var status, out _) && users.TryGetValue(status.Attributes.Owner.User, out var user))
                yield return (entry.Path.Name, user);
        }
    }

    private static string? Trace(CheckedMachine machine, string process) =>
        Words(machine, $"/proc/{process}/environ").Select(w => Variables.FirstOrDefault(v => w.StartsWith(v + "=", StringComparison.Ordinal))).FirstOrDefault(v => v is not null)
        ?? Words(machine, $"/proc/{process}/cmdline").Select(w => Arguments.FirstOrDefault(a => w == a || w.StartsWith(a + "=", StringComparison.Ordinal))).FirstOrDefault(a => a is not null);

    private static string[] Words(CheckedMachine machine, string file) =>
        machine.Files.Read(file, LongestFile) is { IsRead: true, Bytes: var bytes } ? Encoding.Latin1.GetString(bytes.Span).Split('\0') : [];
}
