using Plomba.Trust.Toml;

namespace Plomba.Hosts.Rules.Configuration;

/// <summary>P123: registries.conf is in the format that Podman 6 refuses.</summary>
internal sealed class OldRegistriesFormat : Rule
{
    private const string Path = "/etc/containers/registries.conf";
    private const int LongestFile = 4 * 1024 * 1024;

    public override string Id => "P123";

    public override string Title => Text.Say("registries.conf is in its old format");

    public override string Why => Text.Say("It cannot say how single registries are reached, and newer programs refuse it altogether.");

    public override IEnumerable<Finding> Check(CheckedMachine machine)
    {
        var reading = machine.Files.Read(Path, LongestFile);
        if (reading.IsRead && TomlTreeReader.Read(reading.Bytes.Span, out _)?.Take("registries") is TomlTable old
            && ((string[])["search", "insecure", "block"]).Any(name => old.Take(name) is TomlTable))
        {
            yield return Warning(Path, Text.Say($"{Path} has tables [registries.…], the first version's"), Text.Say("Write [[registry]] entries and unqualified-search-registries: containers-registries.conf(5)."));
        }
    }
}
