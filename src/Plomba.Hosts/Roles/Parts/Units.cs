using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;
using Plomba.Site.Rendering;

namespace Plomba.Hosts.Roles.Parts;

/// <summary>Unit files and the links that enable them.</summary>
internal static class Units
{
    /// <summary>Where an administrator's units are.</summary>
    public static MachinePath Directory { get; } = MachinePath.Parse("/etc/systemd/system");

    /// <summary>The program as units of that machine call it: this one on the running machine, unless others could exchange it.</summary>
    public static string ProgramOf(RoleDescription description)
    {
        var running = description.Context.Root.IsLive ? Environment.ProcessPath : null;
        var program = running is { } named && description.Context.Root.IsRootsAlone(MachinePath.Parse(named)) ? named : SiteRendering.ProgramPath;
        if (description.Context.Root.StatusFollowed(MachinePath.Parse(program)).IsMissing)
            description.Note(Text.Say($"the program is not in {program} on this machine, and its units call it there"), Text.Say("Install it before the machine starts."));
        return program;
    }

    /// <summary>A unit, enabled where it says how.</summary>
    public static void Add(RoleDescription description, string name, byte[] text, string why)
    {
        var path = Directory.Below(name);
        description.AddFile(path, text, why);
        foreach (var target in TargetsOf(text))
            description.Add(new DesiredLink(Directory.Below($"{target}.wants/{name}"), path.Text, Owner.Root, Language.Text.Say($"{name} starts with the machine")));
    }

    private static IEnumerable<string> TargetsOf(byte[] text) =>
        System.Text.Encoding.UTF8.GetString(text).Split('\n')
            .Where(l => l.StartsWith("WantedBy=", StringComparison.Ordinal))
            .SelectMany(l => l["WantedBy=".Length..].Split(' '));
}
