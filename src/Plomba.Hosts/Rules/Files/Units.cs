using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;

namespace Plomba.Hosts.Rules.Files;

/// <summary>P304: a unit that a role installed is masked, overridden or not started at boot.</summary>
internal sealed class Units : Rule
{
    private const string Directory = "/etc/systemd/system";
    private static readonly string[] Kinds = [".service", ".socket", ".timer"];

    public override string Id => "P304";

    public override string Title => Text.Say("A unit of plomba is masked, overridden or not enabled");

    public override string Why => Text.Say("After the next start the registry, the watch or the updates of the trust bundle are not there.");

    public override bool IsMendedBy(DesiredEntry entry) => entry.Path.Text.StartsWith("/etc/systemd/system/plomba", StringComparison.Ordinal) || entry is DesiredLink;

    public override IEnumerable<Finding> Check(CheckedMachine machine)
    {
        var names = machine.Files.List(Directory).Names;
        foreach (var unit in names.Where(n => n.StartsWith("plomba", StringComparison.Ordinal) && Kinds.Any(k => n.EndsWith(k, StringComparison.Ordinal))))
        {
            var path = $"{Directory}/{unit}";
            if (machine.Status(path) is { Kind: NodeKind.SymbolicLink } or { Size: 0 })
                yield return Error(unit, Text.Say($"{unit} is masked"), $"systemctl unmask {ShellWord.Of(unit)}");
            else if (machine.Files.List($"{path}.d").Names.FirstOrDefault(n => n.EndsWith(".conf", StringComparison.Ordinal)) is { } dropIn)
                yield return Warning(unit, Text.Say($"{path}.d/{dropIn} overrides {unit}"), $"systemctl revert {ShellWord.Of(unit)}");
            else if (IsToBeEnabled(machine, path) && !IsEnabled(machine, unit, names))
                yield return Error(unit, Text.Say($"{unit} is not started at boot"), $"systemctl enable --now {ShellWord.Of(unit)}");
        }
    }

    // A service that a timer or a socket starts has no [Install] section.
    private static bool IsToBeEnabled(CheckedMachine machine, string path) =>
        machine.Files.Read(path, 1024 * 1024) is { IsRead: true, Bytes: var bytes } && bytes.Span.IndexOf("\n[Install]"u8) >= 0;

    private static bool IsEnabled(CheckedMachine machine, string unit, IEnumerable<string> names) => names
        .Where(n => n.EndsWith(".wants", StringComparison.Ordinal) || n.EndsWith(".requires", StringComparison.Ordinal))
        .Any(d => machine.Status($"{Directory}/{d}/{unit}") is not null);
}
